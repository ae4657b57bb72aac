import { Worker } from "node:worker_threads";
import type { HeadlessRun } from "./headless.js";

/** A cell that neither ended nor showed anything for too long. */
export class TimeLimit extends Error {
  override name = "TimeLimit";
}

export const stillMessage = (cell: number, seconds: number): string =>
  `cell [${cell}] neither ended nor showed anything for ${seconds} s; --timeout sets the limit`;

/** Shared with the worker: the running cell (0: none), and when something was last heard of it, ms. */
export const watched = { cell: 0, heard: 1 } as const;

interface Watch {
  /** Something was heard of the running cell; undefined: none runs. */
  heard(cell: number | undefined): void;
}

/**
 * Watches over cells that stand still. One that awaits is failed by `fail`. One that computes without end leaves this
 * thread no turn: a worker reports it and ends the process.
 */
export function watchStillness(
  { report, seconds }: HeadlessRun,
  { fail }: { fail: (error: TimeLimit) => void },
): Watch {
  const state = new BigInt64Array(new SharedArrayBuffer(16));
  let heard = performance.now();
  const interval = setInterval(
    () => {
      const cell = Number(Atomics.load(state, watched.cell));
      // After a computation, what it printed is heard of first.
      if (cell > 0 && performance.now() - heard > seconds * 1000)
        setImmediate(() => {
          if (performance.now() - heard > seconds * 1000) fail(new TimeLimit(stillMessage(cell, seconds)));
        });
    },
    Math.min(1000, (seconds * 1000) / 4),
  );
  interval.unref();
  const workerData = { state, report, seconds };
  new Worker(new URL("./stillness-worker.js", import.meta.url), { workerData }).unref();
  return {
    heard(cell) {
      heard = performance.now();
      Atomics.store(state, watched.cell, BigInt(cell ?? 0));
      Atomics.store(state, watched.heard, BigInt(Date.now()));
    },
  };
}
