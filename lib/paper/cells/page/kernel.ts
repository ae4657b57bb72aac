import type { PlotlyFigure } from "../../../figures/figure.js";
import type { CellDiagnostic } from "../../../notebook/kernel/diagnostics.js";
import type { ErrorContent } from "../../../notebook/kernel/trace.js";
import type {
  Admission,
  Compiled,
  CompilerReport,
  CompilerRequest,
  Completion,
  Drawn,
  Output,
  ReadersImages,
  RunnerReport,
  RunnerRequest,
  Script,
  Start,
  Thrown,
  TrainingQuestion,
} from "../messages.js";

/** What is asked of the compiler: a request without its number. */
type Question =
  Extract<CompilerRequest, { id: number }> extends infer Request
    ? Request extends unknown
      ? Omit<Request, "id">
      : never
    : never;

type DrawPicture = (figure: PlotlyFigure, format: "svg" | "png") => Promise<Uint8Array<ArrayBuffer>>;

/**
 * Asks the reader whether runs may be trained; told again once it is measured how long that takes. `answer` may be called at
 * any time.
 */
type AskReader = (question: TrainingQuestion, answer: (agreed: boolean) => void) => void;

export interface KernelOptions {
  /** Address of the folder with the machinery, ending in a slash. */
  assets: string;
  /** Makes a picture's file of a figure. */
  draw: DrawPicture;
  /** Default: nobody is asked, and nothing is trained. */
  ask?: AskReader;
}

/** How a cell ended. "stopped": its worker was ended with all that cells had made. */
export type Ending = "ok" | "error" | "stopped";

/** A cell from when it is compiled to its end. */
interface RunningCell {
  stopped: boolean;
  /** Ends the wait for its script, once that runs. */
  stopNow?: () => void;
}

/** Milliseconds that code has to end by itself when it is asked to. */
const patience = 500;

/**
 * Runs the cells of a page: one worker compiles and answers the editor, another runs, so that a cell without end can be
 * ended without loading the compiler again.
 */
export class Kernel {
  readonly #start: Start;
  readonly #draw: DrawPicture;
  readonly #askReader: AskReader | undefined;
  readonly #compiler: Worker;
  readonly #compilerReady: Promise<void>;
  readonly #answers = new Map<number, (answer: never) => void>();
  #questions = 0;
  #runner: Worker;
  #runnerReady: Promise<void>;
  #onReport: ((report: RunnerReport) => void) | undefined;
  #running: RunningCell | undefined;
  /** What the reader has given, by name: a new runner gets it too. */
  readonly #images = new Map<string, ReadersImages>();
  #onImages: ((report: Extract<RunnerReport, { type: "images" }>) => void) | undefined;

  constructor({ assets, draw, ask }: KernelOptions) {
    this.#draw = draw;
    this.#askReader = ask;
    this.#start = { type: "start", assets };
    [this.#runner, this.#runnerReady] = this.#openRunner();
    [this.#compiler, this.#compilerReady] = this.#open("compiler.js", (report: CompilerReport) => {
      if (report.type !== "answer") return;
      this.#answers.get(report.id)?.(report.answer as never);
      this.#answers.delete(report.id);
    });
  }

  /** Resolves when both workers have loaded. Rejects with what is missing. */
  async ready(): Promise<void> {
    await Promise.all([this.#compilerReady, this.#runnerReady]);
  }

  /** Runs a cell; what it shows is given to `show` as it comes. Never rejects but where a worker does not load. */
  async run(cell: number, code: string, show: (output: Output) => void): Promise<Ending> {
    const running: RunningCell = { stopped: false };
    this.#running = running;
    try {
      return await this.#run(running, cell, code, show);
    } finally {
      this.#running = undefined;
    }
  }

  async #run(
    running: RunningCell,
    cell: number,
    code: string,
    show: (output: Output) => void,
  ): Promise<Ending> {
    const compiled = await this.#ask<Compiled>({ type: "compile", cell, code });
    if ("error" in compiled) {
      show({ type: "error", error: compiled.error });
      return "error";
    }
    await this.#runnerReady;
    // Who stops a cell while it is compiled does not want it to begin.
    if (running.stopped) return "stopped";
    const ended = await this.#runScript(running, cell, compiled.script, show);
    if (ended === "stopped") return "stopped";
    if (ended === undefined) {
      this.#tell({ type: "commit", cell });
      return "ok";
    }
    show({ type: "error", error: await this.#ask<ErrorContent>({ type: "describe", thrown: ended }) });
    return "error";
  }

  #runScript(
    running: RunningCell,
    cell: number,
    script: Script,
    show: (output: Output) => void,
  ): Promise<Thrown | "stopped" | undefined> {
    return new Promise((resolve) => {
      const end = (how: Thrown | "stopped" | undefined) => {
        this.#onReport = undefined;
        running.stopNow = undefined;
        resolve(how);
      };
      running.stopNow = () => end("stopped");
      this.#onReport = (report) => {
        if (report.type === "output") show(report.output);
        else if (report.type === "done") end(undefined);
        else if (report.type === "thrown") end(report.thrown);
        else if (report.type === "failed") end({ name: "WorkerError", message: report.message, stack: "" });
      };
      this.#runner.postMessage({ type: "run", cell, script } satisfies RunnerRequest);
    });
  }

  /** Ends the running cell. False where it did not end when asked: its worker is ended then, and all state with it. */
  async stop(): Promise<boolean> {
    const running = this.#running;
    if (running) running.stopped = true;
    if (!running?.stopNow) return true;
    this.#runner.postMessage({ type: "interrupt" } satisfies RunnerRequest);
    await new Promise((resolve) => setTimeout(resolve, patience));
    if (!running.stopNow) return true;
    this.abandon();
    return false;
  }

  /** Ends the running cell and all that cells have made. */
  abandon(): void {
    const running = this.#running;
    if (running) running.stopped = true;
    this.restart();
    running?.stopNow?.();
  }

  /** Gives cells images of the reader's. Resolves with what there is to say of them; rejects with what is wrong. */
  async give(images: ReadersImages): Promise<string> {
    await this.#runnerReady;
    const { usable, text } = await new Promise<Extract<RunnerReport, { type: "images" }>>((resolve) => {
      this.#onImages = (report) => report.stamp === images.stamp && resolve(report);
      this.#runner.postMessage({ type: "images", images } satisfies RunnerRequest);
    });
    if (!usable) throw new Error(text);
    this.#images.set(images.name, images);
    return text;
  }

  /** Forgets all that cells have made. */
  restart(): void {
    this.#runner.terminate();
    [this.#runner, this.#runnerReady] = this.#openRunner();
    this.#runnerReady.catch(() => {});
    for (const images of this.#images.values())
      this.#runner.postMessage({ type: "images", images } satisfies RunnerRequest);
  }

  /** Tells the type-checker of a cell that has not run as it is now. */
  async declare(cell: number, code: string): Promise<void> {
    await this.#compilerReady;
    this.#tell({ type: "declare", cell, code });
  }

  /** What the type-checker says of a cell as it is being written. */
  check(code: string): Promise<CellDiagnostic[]> {
    return this.#ask({ type: "check", code });
  }

  complete(code: string, position: number): Promise<Completion> {
    return this.#ask({ type: "complete", code, position });
  }

  #openRunner(): [Worker, Promise<void>] {
    return this.#open("runner.js", (report: RunnerReport) => {
      if (report.type === "draw") void this.#answerDraw(report);
      else if (report.type === "ask") this.#passOn(report);
      else if (report.type === "images") this.#onImages?.(report);
      else this.#onReport?.(report);
    });
  }

  #passOn({ id, question }: Extract<RunnerReport, { type: "ask" }>): void {
    const runner = this.#runner;
    const answer = (agreed: boolean, asked = true) =>
      runner.postMessage({ type: "admission", id, agreed, asked } satisfies Admission);
    if (this.#askReader) this.#askReader(question, (agreed) => answer(agreed));
    else answer(false, false);
  }

  async #answerDraw({ id, figure, format }: Extract<RunnerReport, { type: "draw" }>): Promise<void> {
    const runner = this.#runner;
    const drawn: Drawn = { type: "drawn", id };
    try {
      drawn.picture = await this.#draw(figure, format);
    } catch (error) {
      drawn.problem = error instanceof Error ? error.message : String(error);
    }
    runner.postMessage(drawn satisfies RunnerRequest);
  }

  #open<Report extends { type: string }>(
    name: string,
    onReport: (report: Report) => void,
  ): [Worker, Promise<void>] {
    const worker = new Worker(new URL(name, this.#start.assets), { type: "module" });
    const ready = new Promise<void>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Report & { message?: string }>) => {
        if (data.type === "ready") resolve();
        else if (data.type === "failed") reject(new Error(data.message));
        onReport(data);
      };
      worker.onerror = (event) => {
        const what = event.message
          ? `the worker crashed: ${event.message}`
          : `${name} or a part of it could not be loaded`;
        const message = `The cells of this page cannot run: ${what}. Reload the page to try again.`;
        reject(new Error(message));
        onReport({ type: "failed", message } as unknown as Report);
      };
    });
    worker.postMessage(this.#start);
    return [worker, ready];
  }

  #tell(request: CompilerRequest): void {
    this.#compiler.postMessage(request);
  }

  async #ask<Answer>(question: Question): Promise<Answer> {
    await this.#compilerReady;
    const id = ++this.#questions;
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#tell({ ...question, id } as CompilerRequest);
    });
  }
}
