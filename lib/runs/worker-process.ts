import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { EngineName } from "../engine/engine.js";
import { UserError } from "../errors.js";
import { environmentWith, setting } from "../settings.js";
import type { RunProgress } from "./execute.js";
import type { TrainMessage, WorkerMessage } from "./messages.js";

export interface WorkerOptions {
  /** Default: the best one found. */
  engine?: EngineName;
  /** Threads within the worker. */
  threads: number;
  /** Module that exports `executeRun` and `openEngine` in place of the real ones. */
  executor?: string;
}

export type TrainOutcome = Extract<WorkerMessage, { type: "done" | "failed" | "stopped" }>;

export interface TrainListeners {
  onProgress: (progress: RunProgress) => void;
  /** Takes a line that the reader should know. */
  onNote: (line: string) => void;
}

/** A worker that was told to end has this long for its checkpoint: a few steps, a batch of an evaluation. */
const stopWithinMs = 20_000;

/** Of what a process left on stderr, the line that says most: of an error or of memory, else the last that has words. */
export function lastWordsOf(stderr: string): string | undefined {
  const lines = stderr.split("\n").map((line) => line.trim());
  const telling = [/\bOOM\b|out of memory|bad_alloc/i, /Error: /, /\p{L}/u];
  return telling.map((sign) => lines.findLast((line) => sign.test(line))).find((line) => line !== undefined);
}

/** The queue's end of one worker process. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #listener: ((message: WorkerMessage) => void) | undefined;
  #onExit: ((error: Error) => void) | undefined;
  #lastWords = "";
  #dead: Error | undefined;

  constructor({ engine, threads, executor }: WorkerOptions) {
    const count = String(threads);
    this.#child = fork(
      fileURLToPath(new URL("./worker.js", import.meta.url)),
      [engine ?? "", executor ?? ""],
      {
        env: environmentWith({
          TF_CPP_MIN_LOG_LEVEL: setting("TF_CPP_MIN_LOG_LEVEL") ?? "2",
          TF_NUM_INTRAOP_THREADS: count,
          TF_NUM_INTEROP_THREADS: count,
          OMP_NUM_THREADS: count,
        }),
        execArgv: [],
        stdio: ["ignore", "ignore", "pipe", "ipc"],
      },
    );
    this.#child.stderr?.on("data", (text: Buffer) => {
      this.#lastWords = (this.#lastWords + text.toString()).slice(-2000);
      if (setting("DEBUG")) process.stderr.write(text);
    });
    this.#child.on("message", (message: WorkerMessage) => this.#listener?.(message));
    this.#exited = new Promise((resolve) => {
      const end = (how: string) => {
        const words = lastWordsOf(this.#lastWords);
        this.#dead = new Error(
          `the worker process died (${how}${words ? `; its last words: ${words}` : ""})`,
        );
        this.#onExit?.(this.#dead);
        resolve();
      };
      // "close" comes after the last of stderr, unlike "exit".
      this.#child.on("close", (code, signal) => end(signal ? `signal ${signal}` : `exit code ${code}`));
      this.#child.on("error", (error) => end(error.message));
    });
  }

  /** Resolves once the engine is open. Throws `UserError` if the worker cannot work at all. */
  ready(): Promise<{ engine: EngineName; version: string }> {
    return this.#exchange((message, resolve) => {
      if (message.type === "ready") resolve(message);
    });
  }

  /** Trains and saves one run. Throws `UserError` if no run can be saved, another error if the process dies over it. */
  train(message: TrainMessage, { onProgress, onNote }: TrainListeners): Promise<TrainOutcome> {
    const outcome = this.#exchange<TrainOutcome>((answer, resolve) => {
      if (answer.type === "progress") onProgress(answer.progress);
      else if (answer.type === "note") onNote(answer.message);
      else if (answer.type === "done" || answer.type === "failed" || answer.type === "stopped")
        resolve(answer);
    });
    // A failed send means that the process is gone, which `#exchange` reports.
    this.#child.send(message, () => {});
    return outcome;
  }

  /** Ends the process; an unfinished run is left with a checkpoint. */
  async stop(): Promise<void> {
    if (!this.#dead) this.#child.kill("SIGTERM");
    const force = setTimeout(() => this.#child.kill("SIGKILL"), stopWithinMs);
    await this.#exited;
    clearTimeout(force);
  }

  #exchange<T>(listen: (message: WorkerMessage, resolve: (value: T) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#dead) reject(this.#dead);
      this.#onExit = reject;
      this.#listener = (message) => {
        if (message.type === "unable") reject(new UserError(message.message, { exitCode: message.exitCode }));
        else listen(message, resolve);
      };
    });
  }
}
