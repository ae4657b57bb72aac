import { expect, test } from "vitest";
import type { ProgressState } from "../../lib/notebook/progress.js";
import { followQueue } from "../../lib/notebook/runs.js";
import { parseRunConfig } from "../../lib/runs/config.js";
import type { QueueEvent } from "../../lib/runs/queue.js";

test("a queue is followed by the steps of the runs that are missing", () => {
  const config = parseRunConfig({
    dataset: { name: "synthetic", source: "builtin" },
    model: { widths: [4] },
    optimizer: { name: "adam", learningRate: 0.01 },
    steps: 100,
  });
  const job = (seed: number) => ({ label: "Adam, no penalty", config, seed });
  const [first, second] = [job(1), job(2)];
  const states: ProgressState[] = [];
  const follow = followQueue({ update: (state) => states.push(state) });
  const progress = { phase: "train", step: 40, steps: 100, loss: 0.5, deadShare: 0.25 } as const;
  const events: QueueEvent[] = [
    { type: "miss", job: first, why: "no record" },
    { type: "miss", job: second, why: "no record" },
    { type: "ready", worker: 0, engine: "wasm", version: "wasm SIMD" },
    { type: "start", job: first, worker: 0 },
    { type: "progress", job: first, worker: 0, progress },
    { type: "done", job: first, worker: 0, seconds: 1, diverged: false },
  ];
  for (const event of events) follow(event);
  expect(states.slice(-2)).toEqual([
    { label: "0/2 runs", done: 40, total: 200, detail: "Adam, no penalty, seed 1: loss 0.500, 25 % dead" },
    { label: "1/2 runs", done: 100, total: 200, detail: "Adam, no penalty, seed 1" },
  ]);
});
