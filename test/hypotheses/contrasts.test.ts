import { describe, expect, it } from "vitest";
import { hypotheses } from "../../lib/hypotheses/index.js";
import { madeUpRunsOf } from "../support/made-up-runs.js";

describe.each(hypotheses.map((hypothesis) => [hypothesis.id, hypothesis] as const))(
  "verdicts of %s",
  (id, hypothesis) => {
    it.each(["smoke", "lite"] as const)(
      "come from its arms at %s scale, each under a name of its own",
      (scale) => {
        const runs = madeUpRunsOf(hypothesis.arms({ scale }), { seeds: [1, 2] });
        const [main, ...others] = hypothesis.verdicts(runs);
        expect(main!.id).toBe(id);
        expect(main!.scale).toBe(scale);
        expect(new Set(others.map(({ id }) => id)).size).toBe(others.length);
        for (const verdict of others) {
          expect(verdict.id).toMatch(new RegExp(`^${id}, `));
          expect(verdict.effect).not.toBeNaN();
          expect(verdict.seeds).toBe(2);
        }
      },
    );

    it("are all planned at lite scale", () => {
      const runs = madeUpRunsOf(hypothesis.arms({ scale: "lite" }), { seeds: [1] });
      expect(hypothesis.verdicts(runs).length).toBe(Object.keys(hypothesis.contrasts).length);
    });
  },
);

it("H10 compares tasks within a dataset and a penalty only", () => {
  const h10 = hypotheses.find(({ id }) => id === "h10")!;
  const runs = madeUpRunsOf(h10.arms({ scale: "lite" }), { seeds: [1] });
  const [main, ...others] = h10.verdicts(runs);
  expect(others.map(({ id }) => id)).toEqual([
    "h10, tinyimagenet, lambda 0.0003",
    "h10, tinyimagenet, lambda 0.0001",
  ]);
  expect(main!.comparison).toContain("2 classes against all of cifar10");
});
