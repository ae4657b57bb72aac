// Stands in for training in the queue's worker processes: it sleeps a few milliseconds a step. What else it does, the
// seed says: 13 fails, 66 kills its own process, 99 never ends.
import { setTimeout as sleep } from "node:timers/promises";
import { fakeRun } from "./fake-run.mjs";

/** As many as the run's network has, and such as a network can have. */
const weightsOf = ({ record: { model } }) => {
  const filters = model.layers.reduce((sum, { filters: own }) => sum + own, 0);
  return {
    parameters: new Float32Array(model.parameters).fill(0.1),
    statistics: new Float32Array(2 * filters).fill(1, filters),
  };
};

export async function openEngine({ name }) {
  if (process.env.FAKE_ENGINE_FAILS) throw new Error("no such device");
  return {
    name: name ?? "wasm",
    version: `fake, ${process.env.OMP_NUM_THREADS} threads, process ${process.pid}`,
    ops: {},
  };
}

export async function executeRun(config, { seed, signal, onProgress }) {
  for (let step = 1; step <= config.steps || seed === 99; step++) {
    await sleep(Number(process.env.FAKE_STEP_MS ?? 2));
    signal?.throwIfAborted();
    onProgress?.({
      phase: "train",
      step: Math.min(step, config.steps),
      steps: config.steps,
      loss: 1 / step,
      deadShare: 0,
    });
    if (process.env.FAKE_BLOCKS) for (const end = Date.now() + 60_000; Date.now() < end; );
    if (seed === 13 && step === 3) throw new Error("the loss came out purple");
    if (seed === 66 && step === 3) process.kill(process.pid, "SIGKILL");
  }
  const run = fakeRun(config, seed, 3);
  return { ...run, weights: weightsOf(run) };
}
