import { afterEach, expect, test, vi } from "vitest";
import { findHypothesis } from "../../lib/hypotheses/index.js";
import type { ProgressState } from "../../lib/notebook/progress.js";
import { followQueue, loadOrTrainArms } from "../../lib/notebook/runs.js";
import { parseRunConfig } from "../../lib/runs/config.js";
import type { QueueEvent } from "../../lib/runs/queue.js";
import { saveRun } from "../../lib/runs/save.js";
import { useTemporaryFolders } from "../runs/support.js";
import { madeUpRun } from "../support/made-up-runs.js";

useTemporaryFolders();
afterEach(() => vi.restoreAllMocks());

test("the sentence that stays counts all runs that the notebook shows, those beyond what an arm needs too", async () => {
  const [first, second] = findHypothesis("h01").arms({ scale: "smoke" });
  const arms = [first!, { ...second!, supporting: true }];
  for (const arm of arms) for (const seed of [1, 2]) await saveRun(madeUpRun(arm.config, { seed }));
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const runs = await loadOrTrainArms(arms, { seeds: [1, 2] });
  expect(runs.map(({ runs: own }) => own.length)).toEqual([2, 2]);
  expect(log.mock.calls.at(-1)).toEqual(["4 runs: 4 from records."]);
});

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
