import { describe, expect, it } from "vitest";
import { hypotheses } from "../../lib/hypotheses/index.js";
import { madeUpRunsOf } from "../support/made-up-runs.js";

const sided = hypotheses.filter(({ sideVerdicts }) => sideVerdicts !== undefined);

describe.each(sided.map((hypothesis) => [hypothesis.id, hypothesis] as const))(
  "side verdicts of %s",
  (_, hypothesis) => {
    it.each(["smoke", "lite"] as const)(
      "come from its arms at %s scale, each under a name of its own",
      (scale) => {
        const runs = madeUpRunsOf(hypothesis.arms({ scale }), { seeds: [1, 2] });
        const verdicts = hypothesis.sideVerdicts!(runs, scale);
        const ids = [hypothesis.id, ...verdicts.map(({ id }) => id)];
        expect(new Set(ids).size).toBe(ids.length);
        for (const verdict of verdicts) {
          expect(verdict.id).toMatch(new RegExp(`^${hypothesis.id}, `));
          expect(verdict.effect).not.toBeNaN();
          expect(verdict.seeds).toBe(2);
        }
      },
    );
  },
);

it("H10 compares tasks within a dataset and a penalty only", () => {
  const h10 = hypotheses.find(({ id }) => id === "h10")!;
  const runs = madeUpRunsOf(h10.arms({ scale: "lite" }), { seeds: [1] });
  const verdicts = h10.sideVerdicts!(runs, "lite");
  expect(verdicts.map(({ id }) => id)).toEqual([
    "h10, tinyimagenet, lambda 0.0003",
    "h10, tinyimagenet, lambda 0.0001",
  ]);
  expect(h10.verdict(runs, "lite").comparison).toContain("2 classes against all of cifar10");
});
