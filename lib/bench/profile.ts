import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineName } from "../engine/engine.js";
import { mean } from "../statistics.js";
import { executorTimes } from "./executor-log.js";
import { engineProcess } from "./processes.js";
import type { OperationTime } from "./protocol.js";
import type { NamedWork } from "./work.js";

/** Where the time of a step goes: an entry of `--profile --json`. Per step, milliseconds. */
export interface Profile {
  work: string;
  engine: string;
  /** Mean of the profiled steps, which are slower than others. */
  msPerStep: number;
  /** The costliest, first. `share` is of `msPerStep`. */
  operations: { op: string; calls: number; ms: number; share: number }[];
  /** All other operations. */
  otherMs: number;
  /** Outside operations: JavaScript, batch making, scheduling, what the profile itself costs. */
  outsideMs: number;
}

/** Of the others, no time of an operation is known outside their device. */
export const profiledEngines: readonly EngineName[] = ["tensorflow", "wasm"];

const warmSteps = 5;
const shownOperations = 10;

/**
 * The costliest operations of a work's step. On tensorflow they come from the log of TensorFlow's own executor, which
 * notes start and end of every node of the graph that it runs, after its optimizations; elsewhere from clocks around
 * the kernels that JavaScript calls.
 */
export async function profile(
  { name, work }: NamedWork,
  engine: EngineName,
  { steps }: { steps: number },
): Promise<Profile> {
  const logged = engine === "tensorflow";
  const folder = mkdtempSync(join(tmpdir(), "filter-sparsity-profile-"));
  const path = join(folder, "stderr");
  const stderr = openSync(path, "w");
  const process = engineProcess(engine, {
    threads: work.threads,
    stderr,
    environment: logged ? { TF_CPP_VMODULE: "executor=2", TF_CPP_MIN_LOG_LEVEL: "0" } : {},
  });
  try {
    await process.ready();
    const ask = (count: number) => process.ask({ work, steps: count, profile: !logged });
    await ask(warmSteps);
    const { millisecondsPerStep, operations = [] } = await ask(steps);
    const times = logged ? executorTimes(readFileSync(path, "utf8"), steps) : operations;
    return summarize({ work: name, engine, msPerStep: mean(millisecondsPerStep) }, times, steps);
  } finally {
    process.close();
    closeSync(stderr);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param times sums over `steps` steps */
export function summarize(
  step: Pick<Profile, "work" | "engine" | "msPerStep">,
  times: readonly OperationTime[],
  steps: number,
): Profile {
  const operations = times
    .toSorted((a, b) => b.milliseconds - a.milliseconds)
    .map(({ op, calls, milliseconds }) => {
      const ms = milliseconds / steps;
      return { op, calls: calls / steps, ms, share: ms / step.msPerStep };
    });
  const sum = (some: typeof operations) => some.reduce((total, { ms }) => total + ms, 0);
  return {
    ...step,
    operations: operations.slice(0, shownOperations),
    otherMs: sum(operations.slice(shownOperations)),
    outsideMs: Math.max(0, step.msPerStep - sum(operations)),
  };
}
