import { workerData } from "node:worker_threads";
import { type HeadlessRun, reportFailure } from "./headless.js";
import { stillMessage, watched } from "./stillness.js";

const { state, report, seconds } = workerData as HeadlessRun & { state: BigInt64Array };
/** A cell that awaits is failed by its own thread, and first. */
const grace = 2000;

setInterval(() => {
  const cell = Number(Atomics.load(state, watched.cell));
  const still = Date.now() - Number(Atomics.load(state, watched.heard));
  if (cell === 0 || still <= seconds * 1000 + grace) return;
  reportFailure(report, `TimeLimit: ${stillMessage(cell, seconds)}`);
  process.kill(process.pid, "SIGKILL");
}, 250);
