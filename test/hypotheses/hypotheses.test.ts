import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findHypothesis, type Hypothesis, hypotheses, type Scale } from "../../lib/hypotheses/index.js";
import { projectRoot } from "../../lib/paths.js";
import { runId } from "../../lib/runs/index.js";
import { collectArmRuns } from "../../lib/study/collect.js";

/** A hypothesis is read once its notebook is there; until then its runs may be under way. */
const hasNotebook = ({ notebook }: Hypothesis) =>
  existsSync(join(projectRoot, "notebooks", `${notebook}.ipynb`));

const cifar = { name: "cifar10", source: "jpeg" };

describe("every hypothesis", () => {
  for (const hypothesis of hypotheses) {
    for (const scale of ["smoke", "quick", "lite", "reduced", "paper"] as Scale[]) {
      it(`${hypothesis.id} has distinct, valid arms at ${scale} scale`, () => {
        const arms = hypothesis.arms({ scale });
        expect(new Set(arms.map(({ label }) => label)).size).toBe(arms.length);
        expect(new Set(arms.map(({ config }) => runId(config))).size).toBe(arms.length);
      });
    }
  }

  for (const hypothesis of hypotheses.filter(hasNotebook)) {
    it(`${hypothesis.id} has its verdict's runs on record, 3 seeds an arm`, async () => {
      const arms = hypothesis.arms({ scale: "lite", dataset: cifar });
      const runs = await collectArmRuns(arms);
      for (const { arm, runs: own } of runs) {
        expect(own.length, arm.label).toBeGreaterThanOrEqual(arm.supporting ? 1 : 3);
        expect(own.every(({ record }) => record.dataset.source === "jpeg")).toBe(true);
      }
      const verdict = hypothesis.verdict("main", runs);
      expect(verdict.seeds).toBeGreaterThanOrEqual(3);
      const [low, high] = verdict.interval;
      // Where no seed shows anything on either side, the interval has no width.
      expect(low).toBeLessThanOrEqual(verdict.effect);
      expect(high).toBeGreaterThanOrEqual(verdict.effect);
    });
  }
});

describe("findHypothesis", () => {
  it("knows a hypothesis by number, id and notebook", () => {
    for (const name of ["1", "01", "h1", "H01", "01-regularization"]) {
      expect(findHypothesis(name).id).toBe("h01");
    }
  });

  it("lists what exists otherwise", () => {
    expect(() => findHypothesis("h99")).toThrow(/Unknown hypothesis "h99". Known: h01/);
  });
});
