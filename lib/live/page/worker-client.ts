import type { Report, Request } from "../messages.js";

/** Milliseconds that a worker has to stop by itself before it is ended. */
const patience = 3000;

/** Runs of a page go one at a time: they share the processor, and the worker with its engine. */
let queue: Promise<unknown> = Promise.resolve();
let waiting = 0;
let worker: Worker | undefined;

/** Whether a run of any panel is under way or waits. */
export const isBusy = (): boolean => waiting > 0;

export interface RunOptions {
  /** Address of `worker.js`. */
  script: URL;
  request: Extract<Request, { type: "run" }>;
  /** Called when it is this run's turn. */
  onTurn: () => void;
  /** The last one is "done", "stopped" or "failed". */
  onReport: (report: Report) => void;
  /** Stops it, also while it waits. */
  signal: AbortSignal;
}

/** Runs a request in the page's worker, after all that were asked for before; never rejects. */
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
    await runNow(options);
  }
  waiting--;
  // Who left early still keeps the others behind those before it.
  void before.then(leave);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

function runNow({ script, request, onReport, signal }: RunOptions): Promise<void> {
  return new Promise((resolve) => {
    let heard = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = (report: Report, { keep }: { keep: boolean }) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      if (!keep) {
        worker?.terminate();
        worker = undefined;
      }
      onReport(report);
      resolve();
    };
    const fail = (what: string) =>
      end(
        { type: "failed", message: `${what} Run it again; if it fails again, reload the page.` },
        { keep: false },
      );
    const stop = () => {
      worker?.postMessage({ type: "stop" } satisfies Request);
      timer = setTimeout(() => end({ type: "stopped" }, { keep: false }), patience);
    };
    try {
      worker ??= new Worker(script, { type: "module" });
    } catch (error) {
      return fail(`The worker did not start: ${error instanceof Error ? error.message : error}.`);
    }
    worker.onmessage = ({ data }: MessageEvent<Report>) => {
      heard = true;
      if (data.type === "done" || data.type === "stopped") end(data, { keep: true });
      else if (data.type === "failed") end(data, { keep: false });
      else onReport(data);
    };
    worker.onerror = ({ message }) =>
      fail(
        heard || message
          ? `The worker crashed${message ? `: ${message}` : ""}.`
          : `The worker did not start: ${script.pathname} or a part of it could not be loaded, or this browser has no module workers.`,
      );
    worker.onmessageerror = () => fail("The worker sent what could not be read.");
    signal.addEventListener("abort", stop);
    worker.postMessage(request);
  });
}
