import { describe, expect, it } from "vitest";
import { familiesOf, familyArm, type Setting, settingsOf } from "../../lib/hypotheses/families.js";
import { familyContrast } from "../../lib/hypotheses/family-contrast.js";
import { familyPairs, heldEqual, meanSides, sidesOfPairs } from "../../lib/hypotheses/held-equal.js";
import { heldEqualTable } from "../../lib/hypotheses/held-equal-table.js";
import { matchedErrorTable } from "../../lib/hypotheses/matched-error-table.js";
import { envelopeOf, familiesIn, ofFamily } from "../../lib/hypotheses/tuned.js";
import { tunedTable } from "../../lib/hypotheses/tuned-table.js";
import type { ArmRuns } from "../../lib/study/arm.js";
import { studyRuns } from "../../lib/study/study-runs.js";
import { madeUpRun } from "../support/made-up-runs.js";

const options = { scale: "lite" as const };
const named = (name: string) => familiesOf("lite").find((family) => family.name === name)!;

/** A family whose settings end at these errors and dead shares, in %, with both seeds; null: without a run. */
function family(name: string, ends: readonly (readonly [error: number, dead: number] | null)[]): ArmRuns[] {
  const settings: Setting[] = settingsOf(named(name));
  return ends.map((end, index) => {
    const { seeds: _, ...arm } = familyArm(options, named(name), settings[index]!);
    const runs = end
      ? [11, 12].map((seed) => {
          const run = madeUpRun(arm.config, { seed });
          const final = { ...run.record.final, testError: end[0] / 100, deadByActivation: end[1] / 100 };
          return { ...run, record: { ...run.record, final } };
        })
      : [];
    return { arm, runs };
  });
}

/** The second setting is the more accurate on test images, the first on held-out ones. */
const adam = family("Adam, L2", [
  [34, 10],
  [33, 30],
  [40, 60],
]);
const momentum = family("SGD+momentum, L2", [
  [32, 0],
  [36, 20],
]);
const arms = [...adam, ...momentum];
const pair = { more: "Adam, L2", less: "SGD+momentum, L2" };
const sides = (name: keyof typeof heldEqual) => sidesOfPairs(arms, [pair], heldEqual[name]);

describe("families with something held equal", () => {
  it("at matched test error count what each reaches within the margin of the less accurate one", () => {
    // Held-out images chose 34 and 32 as the most accurate: 35 is the limit.
    expect(sides("testError").map(({ seed, sides: both }) => [seed, ...both])).toEqual([
      [11, 30, 0],
      [12, 30, 0],
    ]);
  });

  it("at matched dead share say who pays more, the claim's other side first", () => {
    // Both reach 10 and 20 %: 33 and 33 against 36 and 36.
    expect(sides("deadShare")[0]!.sides[0]).toBeCloseTo(36, 9);
    expect(sides("deadShare")[0]!.sides[1]).toBeCloseTo(33, 9);
  });

  it("at their best are at what held-out images chose, not test images", () => {
    expect(sides("best")[0]!.sides).toEqual([10, 0]);
  });

  it("are not compared where a run of the seed is missing", () => {
    const partial = [...family("Adam, L2", [[34, 10], null]), ...momentum];
    expect(sidesOfPairs(partial, [pair], heldEqual.best)).toEqual([]);
    expect(envelopeOf(ofFamily(partial, "Adam, L2"), { seed: 11 }).points).toEqual([]);
  });

  it("are averaged over the pairs that have something in common with every seed", () => {
    const amsgrad = family("AMSGrad, L2", [[35, 5]]);
    const pairs = familyPairs(["Adam, L2", "AMSGrad, L2"], ["SGD+momentum, L2"]);
    const all = [...arms, ...amsgrad];
    // AMSGrad reaches no dead share that is compared.
    const { of, compared } = meanSides(all, pairs, heldEqual.deadShare);
    expect(compared).toEqual([pair]);
    expect(of(11)[0] - of(11)[1]).toBeCloseTo(3, 9);
    const { of: best } = meanSides(all, pairs, heldEqual.best);
    expect(best(11)).toEqual([7.5, 0]);
    expect(best(1)).toEqual([Number.NaN, Number.NaN]);
  });

  it("make a verdict, or leave it to runs at one rate where nothing was tuned", () => {
    const contrast = familyContrast({ of: "h02", ...{ more: [pair.more], less: [pair.less] }, held: "best" });
    expect(contrast.when?.(studyRuns(arms))).toBe(true);
    expect(contrast.pairs(studyRuns(arms)).pair(12)).toEqual([10, 0]);
    expect(contrast.when?.(studyRuns(adam))).toBe(false);
    expect(familiesIn(family("Adam, L2", [null]))).toEqual([]);
  });

  it("are shown in one table, a column for each way to ask", () => {
    const { rows, columns } = heldEqualTable(arms, [pair]);
    expect(columns.map(({ label }) => label)).toEqual([
      "Filters die more in",
      "than in",
      "Seeds",
      "At matched test error",
      "At matched dead share",
      "Each at its most accurate setting",
    ]);
    const values = rows[0]!.slice(3).map((cell) => (cell as { mean: number }).mean);
    expect(values[0]).toBeCloseTo(30, 9);
    expect(values[1]).toBeCloseTo(3, 9);
    expect(values[2]).toBeCloseTo(10, 9);
  });

  it("show margin by margin and seed by seed which settings count at matched test error", () => {
    // Held-out images chose 34 and 32 as the most accurate. SGD's setting at 36 counts from a margin of 2 on.
    expect(matchedErrorTable(arms, pair).rows).toEqual(
      [
        [0.5, 34.5, 30, 0, 30],
        [1, 35, 30, 0, 30],
        [2, 36, 30, 20, 10],
      ].flatMap(([margin, ...row]) => [11, 12].map((seed) => [margin, seed, ...row])),
    );
    expect(matchedErrorTable(adam, pair).rows).toEqual([]);
  });

  it("are listed setting by setting, those with runs", () => {
    const { rows } = tunedTable([...arms, ...family("AMSGrad, L2", [null])]);
    expect(rows.map(([name]) => name)).toEqual([
      ...Array(3).fill("Adam, L2"),
      ...Array(2).fill("SGD+momentum, L2"),
    ]);
    expect(rows[0]!.at(-3)).toBe(2);
  });
});
