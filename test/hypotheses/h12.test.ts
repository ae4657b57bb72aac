import { describe, expect, it } from "vitest";
import { equalErrorTable } from "../../lib/hypotheses/h12/equal-error.js";
import { isTuning, tuningTable } from "../../lib/hypotheses/h12/tuning.js";
import { harvestRuns } from "../../lib/hypotheses/h12.js";
import { findHypothesis } from "../../lib/hypotheses/index.js";
import { madeUpRunsOf } from "../support/made-up-runs.js";

describe("H12's tuning", () => {
  const arms = findHypothesis("h12").arms({ scale: "lite" });
  const tuning = arms.filter((arm) => isTuning({ arm }));

  it("holds out training images of every run that chooses something, and takes one seed", () => {
    expect(tuning.length).toBeGreaterThan(0);
    for (const { config, supporting } of tuning) {
      expect(supporting).toBe(true);
      expect(config.dataset.trainImages! + config.dataset.validationImages).toBe(10_000);
      if (config.start) expect(config.start.run.dataset).toEqual(config.dataset);
    }
  });

  it("is kept apart from what is compared", () => {
    const runs = madeUpRunsOf(arms, { seeds: [1] });
    expect(harvestRuns(runs)).toHaveLength(arms.length - tuning.length);
    expect(harvestRuns(runs).some(isTuning)).toBe(false);
  });

  it("is shown with the lowest error of each optimizer marked, among the fine-tuned", () => {
    const { rows } = tuningTable(madeUpRunsOf(arms, { seeds: [1] }));
    expect(rows).toHaveLength(tuning.length);
    const marked = rows.filter((row) => (row.at(-1) as { best?: boolean }).best);
    expect(new Set(marked.map(([optimizer]) => optimizer))).toEqual(new Set(["Adam", "SGD+momentum"]));
    for (const row of marked) expect(row[2]).toContain("fine-tuned");
  });
});

describe("H12 at equal error", () => {
  const arms = findHypothesis("h12").arms({ scale: "smoke" });

  it("marks the fewest multiply-accumulates of a network, of the methods that reach the error with every seed", () => {
    const { rows } = equalErrorTable(madeUpRunsOf(arms, { seeds: [1, 2] }));
    expect(rows.map(([network, method]) => `${network} ${method}`)).toContain("BasicNet network slimming");
    const reached = rows
      .filter((row) => row.at(-1) === "2 of 2")
      .map((row) => row[4] as { mean: number; best?: boolean });
    expect(reached.length).toBeGreaterThan(0);
    const fewest = Math.min(...reached.map(({ mean }) => mean));
    for (const { mean, best } of reached) expect(best).toBe(mean === fewest);
  });
});
