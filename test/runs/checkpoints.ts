import type { Checkpoint } from "../../lib/runs/checkpoint.js";
import { measureNames } from "../../lib/runs/filters.js";

const origin: Checkpoint["origin"] = {
  ...{
    id: "0123456789ab",
    seed: 1,
    recordVersion: 2,
    engine: "wasm",
    engineVersion: "wasm SIMD",
    kernels: "assembly 1",
    tfjs: "4.22.0",
  },
  ...{ dataset: "0".repeat(64), variables: "parameters 3", machine: "linux x64, test" },
};

/** An invented checkpoint. */
export function madeUpCheckpoint(step: number, changes: Partial<Checkpoint> = {}): Checkpoint {
  const epoch = {
    epoch: 1,
    step: 10,
    learningRate: 0.01,
    trainLoss: 1,
    trainError: 0.5,
    deadByScale: [0, 1],
  };
  const measures = Object.fromEntries(measureNames.map((name) => [name, Float32Array.of(1, Number.NaN)]));
  return {
    origin,
    startedAt: "2026-01-02T03:04:05.678Z",
    resumes: 0,
    position: { step, stopIsDue: false, seconds: 1.5 },
    trainer: { steps: step, variables: { parameters: Float32Array.of(1e-30, -0, Number.NaN) } },
    epochs: [{ ...epoch, testLoss: Number.NaN, testError: Number.NaN }],
    sinceEpoch: { loss: 1 / 3, errors: 2, count: 40 },
    probes: [{ step: 0, images: 20, measures: measures as Checkpoint["probes"][number]["measures"] }],
    seconds: { total: 3, evaluation: 1, probe: 0.5, cut: 0.2 },
    ...changes,
  };
}
