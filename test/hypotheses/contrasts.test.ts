import { describe, expect, it } from "vitest";
import { familiesOf, familyArm, settingsOf } from "../../lib/hypotheses/families.js";
import { heldEqual } from "../../lib/hypotheses/held-equal.js";
import { allArms, type Hypothesis } from "../../lib/hypotheses/hypothesis.js";
import { hypotheses } from "../../lib/hypotheses/index.js";
import type { Arm } from "../../lib/study/arm.js";
import { studyRuns } from "../../lib/study/study-runs.js";
import { madeUpRunsOf } from "../support/made-up-runs.js";

/** All arms of a hypothesis, and two of every family, whether held-out images chose it yet or not; with no seeds of their own. */
function armsOf(hypothesis: Hypothesis, scale: "smoke" | "lite" | "reduced"): Arm[] {
  const known = allArms(hypothesis, { scale });
  const chosen = new Set(known.flatMap(({ family }) => family ?? []));
  const others = familiesOf(scale).filter(({ name }) => !chosen.has(name));
  return [
    ...known,
    ...others.flatMap((family) =>
      settingsOf(family)
        .slice(0, 2)
        .map((setting) => familyArm({ scale }, family, setting)),
    ),
  ].map(({ seeds: _, ...arm }) => arm);
}

describe.each(hypotheses.map((hypothesis) => [hypothesis.id, hypothesis] as const))(
  "verdicts of %s",
  (id, hypothesis) => {
    it.each(["smoke", "lite"] as const)(
      "come from its arms at %s scale, each under a name of its own",
      (scale) => {
        const runs = madeUpRunsOf(armsOf(hypothesis, scale), { seeds: [1, 2] });
        const [main, ...others] = hypothesis.verdicts(runs);
        expect(main!.id).toBe(id);
        expect(main!.scale).toBe(scale);
        expect(new Set(others.map(({ id }) => id)).size).toBe(others.length);
        for (const verdict of others) {
          expect(verdict.id).toMatch(new RegExp(`^${id}, `));
          // Made-up families need not share a dead share.
          if (verdict.unit === heldEqual.deadShare.unit) continue;
          expect(verdict.effect).not.toBeNaN();
          expect(verdict.seeds).toBe(2);
        }
      },
    );

    it("are all planned at lite scale", () => {
      const runs = madeUpRunsOf(armsOf(hypothesis, "lite"), { seeds: [1] });
      expect(hypothesis.verdicts(runs).length).toBe(Object.keys(hypothesis.contrasts).length);
    });
  },
);

it.each(
  hypotheses.flatMap(({ id, contrasts: { main } }) =>
    "specifications" in main ? [[id, main] as const] : [],
  ),
)(
  "the specification of %s that is marked as the verdict's own compares what the verdict compares",
  (id, main) => {
    const hypothesis = hypotheses.find((one) => one.id === id)!;
    const runs = studyRuns(madeUpRunsOf(armsOf(hypothesis, "lite"), { seeds: [1, 2] }));
    const all = main.specifications!(runs);
    expect(all.length).toBeGreaterThan(1);
    const own = all.filter(({ isMain }) => isMain).map(({ pairs }) => [pairs.pair(1), pairs.pair(2)]);
    const { pair } = main.pairs(runs);
    expect(own).toEqual([[pair(1), pair(2)]]);
  },
);

describe("a contrast", () => {
  const of = (id: string) => hypotheses.find((hypothesis) => hypothesis.id === id)!;
  const runsOf = (id: string, scale: "smoke" | "lite") =>
    madeUpRunsOf(of(id).arms({ scale }), { seeds: [1] });

  it("is asked for by a name that the hypothesis has", () => {
    expect(() => of("h18").verdict("warm-up", runsOf("h18", "smoke"))).toThrow(
      /^h18 has no contrast "warm-up". It has main, warmUp, cosine\./,
    );
  });

  it("needs both sides, and says what to train", () => {
    const runs = runsOf("h18", "smoke").map((item) =>
      item.arm.config.schedule.name === "cosine" ? { ...item, runs: [] } : item,
    );
    expect(of("h18").verdict("warmUp", runs).effect).not.toBeNaN();
    expect(() => of("h18").verdict("cosine", runs)).toThrow(
      /^H18 needs arms with schedule cosine decay, and none of their runs is there\. Train them: npm run reproduce -- h18\./,
    );
  });

  it("that is a mean over optimizers needs every one of them", () => {
    const runs = runsOf("h15", "smoke").map((item) =>
      item.arm.optimizer === "Muon" ? { ...item, runs: [] } : item,
    );
    expect(() => of("h15").verdict("main", runs)).toThrow(/^H15 needs arms with optimizer Muon,/);
  });

  it("that was not planned at a scale has no verdict there", () => {
    expect(
      of("h03")
        .verdicts(runsOf("h03", "smoke"))
        .map(({ id }) => id),
    ).toEqual(["h03"]);
    expect(() => of("h03").verdict("asPlanned", runsOf("h03", "smoke"))).toThrow(/nothing to compare/);
  });

  it("is a part of the claim only at those scales that say so, and elsewhere a further look", () => {
    const h02 = of("h02");
    for (const [scale, parts] of [
      ["lite", ["main"]],
      ["reduced", ["main", "adam"]],
    ] as const) {
      const runs = madeUpRunsOf(armsOf(h02, scale), { seeds: [1, 2] });
      expect(h02.parts(runs)).toEqual(parts);
      expect(h02.verdict("adam", runs).part).toBe(scale === "reduced" ? "Adam, tuned" : undefined);
      expect(h02.verdict("adam", runs).id).toBe("h02, Adam");
    }
  });

  it("rests on no supporting arm", () => {
    const runs = runsOf("h18", "smoke").map((item) => ({ ...item, arm: { ...item.arm, supporting: true } }));
    expect(() => of("h18").verdict("main", runs)).toThrow(/^H18 needs arms with schedule steps,/);
  });
});

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
