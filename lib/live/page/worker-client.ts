import type { EngineChoice, Report, Request } from "../messages.js";
import { Crew } from "./crew.js";
import { type EngineName, enginesFor, giveUp, withoutEngine } from "./engines.js";
import { Trial } from "./trial.js";

/** Milliseconds that workers have to stop by themselves before they are ended. */
const patience = 3000;

/** Runs of a page go one at a time: they share the processor, and the workers with their engines. */
let queue: Promise<unknown> = Promise.resolve();
let waiting = 0;
let crew: Crew | undefined;

/** Whether a run of any panel is under way or waits. */
export const isBusy = (): boolean => waiting > 0;

export interface RunOptions {
  /** Address of `worker.js`. */
  script: URL;
  request: Omit<RunRequest, "engine">;
  engine: EngineChoice;
  /** Called when it is this run's turn. */
  onTurn: () => void;
  /**
   * The last one is "done", "stopped" or "failed". An engine that is given up for another one after it was opened leaves its
   * reports behind; `note` says so with those of the next.
   */
  onReport: (report: Report, note?: string) => void;
  /** Stops it, also while it waits. */
  signal: AbortSignal;
}

type RunRequest = Extract<Request, { type: "run" }>;

/** Runs a request in the page's workers, after all that were asked for before; never rejects. */
export async function runInWorker(options: RunOptions): Promise<void> {
  const { signal, onTurn, onReport } = options;
  waiting++;
  const before = queue;
  let leave = () => {};
  queue = new Promise<void>((resolve) => {
    leave = resolve;
  });
  await Promise.race([before, aborted(signal)]);
  if (signal.aborted) onReport({ type: "stopped" });
  else {
    onTurn();
    await runOnBest(options);
  }
  waiting--;
  // Who left early still keeps the others behind those before it.
  void before.then(leave);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** Runs on the first of the engines that serves. */
async function runOnBest({ engine, onReport, ...options }: RunOptions): Promise<void> {
  const engines = await enginesFor(engine);
  let note: string | undefined;
  for (const [index, name] of engines.entries()) {
    if (options.signal.aborted) return onReport({ type: "stopped" });
    const failure = await runOn(name, {
      ...options,
      onReport: (report) => onReport(report, note),
      onTrial: index < engines.length - 1,
    });
    if (failure === undefined) return;
    giveUp(name);
    note = `${name === "webgpu" ? "WebGPU" : "WebAssembly"} was tried first and given up: ${failure}`;
  }
  onReport({ type: "failed", message: withoutEngine(engine) });
}

interface RunOnOptions extends Pick<RunOptions, "script" | "request" | "signal"> {
  onReport: (report: Report) => void;
  /** Whether another engine can take its place. */
  onTrial: boolean;
}

/** Resolves when the run has ended; with a reason where the engine did not stand its trial, the end then not reported. */
function runOn(engine: EngineName, options: RunOnOptions): Promise<string | undefined> {
  const { script, request, onReport, onTrial, signal } = options;
  return new Promise((resolve) => {
    let heard = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const leave = ({ keep }: { keep: boolean }) => {
      clearTimeout(timer);
      trial?.end();
      signal.removeEventListener("abort", stop);
      if (keep) return;
      crew?.terminate();
      crew = undefined;
    };
    const end = (report: Report, how: { keep: boolean }) => {
      leave(how);
      onReport(report);
      resolve(undefined);
    };
    const trial = onTrial
      ? new Trial((reason) => {
          leave({ keep: false });
          resolve(reason);
        })
      : undefined;
    const fail = (message: string) => {
      if (!trial?.goesOn) return end({ type: "failed", message }, { keep: false });
      leave({ keep: false });
      resolve(message);
    };
    const crash = (what: string) => fail(`${what} Run it again; if it fails again, reload the page.`);
    const stop = () => {
      trial?.end();
      crew?.stop();
      timer = setTimeout(() => end({ type: "stopped" }, { keep: false }), patience);
    };
    crew ??= new Crew(script);
    crew.onReport = (report) => {
      heard = true;
      trial?.take(report);
      if (report.type === "done" || report.type === "stopped") end(report, { keep: true });
      else if (report.type === "failed") fail(report.message);
      else onReport(report);
    };
    crew.onError = (message) =>
      crash(
        heard || message
          ? `The worker crashed${message ? `: ${message}` : ""}.`
          : `The worker did not start: ${script.pathname} or a part of it could not be loaded, or this browser has no module workers.`,
      );
    crew.onMessageError = () => crash("The worker sent what could not be read.");
    signal.addEventListener("abort", stop);
    try {
      crew.run({ ...request, engine });
    } catch (error) {
      crash(`The worker did not start: ${error instanceof Error ? error.message : error}.`);
    }
  });
}
