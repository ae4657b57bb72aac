import { Worker } from "node:worker_threads";
import type { Engine, EngineName } from "../engine/engine.js";
import { messageOf, UserError } from "../errors.js";
import type { executeRun, RunProgress } from "./execute.js";
import type { TrainMessage, WorkerMessage } from "./messages.js";
import { DiskFullError, saveRun } from "./save.js";

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

// An orphan stops: a record is written whole or not at all, so nothing is lost but the unfinished run. Evaluations may
// block this thread for many seconds, so a thread of its own looks after the parent too.
process.on("disconnect", () => process.exit(1));
const watch = `setInterval(() => {
  if (process.ppid !== ${process.ppid}) process.kill(process.pid, "SIGKILL");
}, 1000);`;
new Worker(watch, { eval: true }).unref();
// Ctrl-C reaches the whole process group; the queue decides when workers end.
process.on("SIGINT", () => {});

/** What trains, and on what; tests give a module of their own. */
interface Executor {
  executeRun: typeof executeRun;
  openEngine: (options: { name?: EngineName }) => Promise<Engine>;
}

const [engineName, executorModule] = process.argv.slice(2);

async function loadExecutor(): Promise<Executor> {
  if (executorModule) return (await import(executorModule)) as Executor;
  const [{ openEngine }, { executeRun }] = await Promise.all([
    import("../engine/index.js"),
    import("./execute.js"),
  ]);
  return { openEngine, executeRun };
}

async function train(executor: Executor, engine: Engine, message: TrainMessage): Promise<void> {
  const { config, seed, place, replace, locations } = message;
  let reportedAt = Number.NEGATIVE_INFINITY;
  const onProgress = (progress: RunProgress) => {
    const now = performance.now();
    if (now - reportedAt < progressEveryMs && progress.step < progress.steps) return;
    reportedAt = now;
    void tell({ type: "progress", progress });
  };
  try {
    const run = await executor.executeRun(config, { engine, seed, locations, onProgress });
    await saveRun(run, { place, replace });
    await tell({ type: "done", seconds: run.record.timing.seconds, status: run.record.status });
  } catch (error) {
    if (process.env.DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    if (error instanceof DiskFullError) await tell({ type: "unable", message: error.message, exitCode: 1 });
    else await tell({ type: "failed", message: messageOf(error) });
  }
}

try {
  const executor = await loadExecutor();
  const engine = await executor.openEngine({ name: (engineName || undefined) as EngineName | undefined });
  process.on("message", (message: TrainMessage) => void train(executor, engine, message));
  await tell({ type: "ready", engine: engine.name, version: engine.version });
} catch (error) {
  await tell({
    type: "unable",
    message: messageOf(error),
    exitCode: error instanceof UserError ? error.exitCode : 1,
  });
  process.exit(1);
}
