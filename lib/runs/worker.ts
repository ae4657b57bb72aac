import { constants } from "node:os";
import { Worker } from "node:worker_threads";
import type { Engine, EngineName } from "../engine/engine.js";
import { messageOf, UserError } from "../errors.js";
import { setting } from "../settings.js";
import type { ExecuteOptions, executeRun, RunProgress } from "./execute.js";
import type { TrainMessage, WorkerMessage } from "./messages.js";
import { DiskFullError } from "./save.js";
import { trainAndSave } from "./train-and-save.js";

// Entry of a worker process of the queue: `node worker.js [engine] [executor module]`. Opens the engine once, then
// trains and saves one run after another as they come over IPC, and ends with its parent. The queue sets the thread
// count in its environment, which has to be there before TensorFlow loads.

const progressEveryMs = 250;

function tell(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, {}, () => resolve());
    else resolve();
  });
}

// An orphan stops: records and checkpoints are written whole or not at all, so nothing is lost but the time since the
// last one. Computations may block this thread for many seconds, so a thread of its own looks after the parent too.
process.on("disconnect", () => process.exit(1));
const watch = `setInterval(() => {
  if (process.ppid !== ${process.ppid}) process.kill(process.pid, "SIGKILL");
}, 1000);`;
new Worker(watch, { eval: true }).unref();

// Told to end, by the queue, by Ctrl-C (which reaches the whole process group) or by a cluster that takes the machine
// back: the run is left with a checkpoint.
const stop = new AbortController();
let training: Promise<void> | undefined;
for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.on(name, async () => {
    stop.abort(`stopped by ${name}; it goes on from its checkpoint another time`);
    await training;
    process.exit(128 + constants.signals[name]);
  });
}

/** What trains, and on what; tests give a module of their own. */
interface Executor {
  executeRun: typeof executeRun;
  openEngine: (options: { name?: EngineName }) => Promise<Engine>;
  load?: ExecuteOptions["load"];
}

const [engineName, executorModule] = process.argv.slice(2);

async function loadExecutor(): Promise<Executor> {
  if (executorModule) return (await import(executorModule)) as Executor;
  const [{ openEngine }, { executeRun }, { loadDataset }, { keepLast }] = await Promise.all([
    import("../engine/index.js"),
    import("./execute.js"),
    import("../datasets/index.js"),
    import("./last-dataset.js"),
  ]);
  return { openEngine, executeRun, load: keepLast(loadDataset) };
}

async function train(executor: Executor, engine: Engine, message: TrainMessage): Promise<void> {
  const { type: _, config, ...options } = message;
  let reportedAt = Number.NEGATIVE_INFINITY;
  const onProgress = (progress: RunProgress) => {
    const now = performance.now();
    if (now - reportedAt < progressEveryMs && progress.step < progress.steps) return;
    reportedAt = now;
    void tell({ type: "progress", progress });
  };
  try {
    const { record } = await trainAndSave(config, {
      ...options,
      ...{ engine, execute: executor.executeRun, load: executor.load, onProgress, signal: stop.signal },
      log: (line) => void tell({ type: "note", message: line }),
    });
    await tell({ type: "done", seconds: record.timing.seconds, status: record.status });
  } catch (error) {
    if (setting("DEBUG") && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    if (stop.signal.aborted) await tell({ type: "stopped", message: stop.signal.reason });
    else if (error instanceof DiskFullError)
      await tell({ type: "unable", message: error.message, exitCode: 1 });
    else await tell({ type: "failed", message: messageOf(error) });
  }
}

try {
  const executor = await loadExecutor();
  const engine = await executor.openEngine({ name: (engineName || undefined) as EngineName | undefined });
  process.on("message", (message: TrainMessage) => {
    training = train(executor, engine, message);
  });
  await tell({ type: "ready", engine: engine.name, version: engine.version });
} catch (error) {
  await tell({
    type: "unable",
    message: messageOf(error),
    exitCode: error instanceof UserError ? error.exitCode : 1,
  });
  process.exit(1);
}
