import { setTimeout as sleep } from "node:timers/promises";
import type { EngineName } from "../engine/engine.js";
import { openEngine } from "../engine/index.js";
import { claimRun } from "./claim.js";
import { runId } from "./config.js";
import { executeRun } from "./execute.js";
import { findRun } from "./store.js";
import { tortureDataset, tortureRun } from "./torture-runs.js";
import { trainAndSave } from "./train-and-save.js";

// Entry of the processes that are killed: `node torture-child.js <engine> <seconds between checkpoints> <last
// run>`. Trains the runs that have no record, one after the other; those that another process is at wait.

/** What such a process tells its parent. */
export type TortureMessage =
  | { type: "ready" }
  | { type: "start"; run: number }
  /** It got on a little: a reading, a probe. */
  | { type: "beat" }
  /** It is about to write a record. */
  | { type: "save" }
  | { type: "note"; run: number; line: string };

const [engineName, seconds, last] = process.argv.slice(2);
const tell = (message: TortureMessage) => process.send?.(message);
process.on("disconnect", () => process.exit(1));

const engine = await openEngine({ name: engineName as EngineName });
const dataset = tortureDataset();
tell({ type: "ready" });

const execute: typeof executeRun = async (config, options) => {
  const run = await executeRun(config, options);
  tell({ type: "save" });
  return run;
};

/** Whether the run has its record now. */
async function have(number: number): Promise<boolean> {
  const { config, seed } = tortureRun(number);
  const id = runId(config);
  if ((await findRun(id, seed)).state === "finished") return true;
  const claim = await claimRun(id, seed);
  if (!claim.claimed) return false;
  try {
    if ((await findRun(id, seed)).state === "finished") return true;
    tell({ type: "start", run: number });
    await trainAndSave(config, {
      ...{ engine, seed, execute, load: async () => dataset, place: "cache" },
      checkpointSeconds: Number(seconds),
      onProgress: () => tell({ type: "beat" }),
      log: (line) => tell({ type: "note", run: number, line }),
    });
    return true;
  } finally {
    await claim.release();
  }
}

let missing = Array.from({ length: Number(last) + 1 }, (_, number) => number);
while (missing.length > 0) {
  const left: number[] = [];
  for (const number of missing) if (!(await have(number))) left.push(number);
  missing = left;
  if (missing.length > 0) await sleep(50);
}
process.exit(0);
