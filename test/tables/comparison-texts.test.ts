import { describe, expect, it } from "vitest";
import { deadlyPenaltyText, formText, gapText, likeErrorText } from "../../lib/tables/comparison-texts.js";
import { madeUpArm } from "../support/made-up-runs.js";

const seeds = [1, 2, 3];

describe("sentences on comparisons", () => {
  it("name the methods whose whole interval is beyond the smallest effect, and the others", () => {
    const rows = seeds.flatMap((seed) => [
      { optimizer: "Adam", seed, dead: 40 + seed, sgd: 10 },
      { optimizer: "AdaGrad", seed, dead: 10 + 10 * seed, sgd: 10 },
      { optimizer: "RMSProp", seed, dead: Number.NaN, sgd: 10 },
    ]);
    const text = likeErrorText(rows, { smallest: 5 });
    expect(text).toContain("beyond 5 points for 1 of 2 methods: Adam (32.0 ± 2.5 points).");
    expect(text).toContain("It does not for AdaGrad (20.0 ± 24.8 points).");
  });

  it("say of the two forms that they agree only where the interval is narrow", () => {
    const rows = (spread: number) =>
      seeds.map((seed) => ({ optimizer: "SGD", seed, l2: spread * seed, decoupled: 2 * spread }));
    expect(formText(rows(0.1), { smallest: 5 })).toContain("agree within 5 points");
    expect(formText(rows(10), { smallest: 5 })).toContain("too uncertain");
    const apart = seeds.map((seed) => ({ optimizer: "Adam", seed, l2: 40 + seed, decoupled: 10 }));
    expect(formText(apart, { smallest: 5 })).toContain("L2 kills more");
  });

  it("give the weakest penalty that kills, and who is killed by none", () => {
    const arms = [
      madeUpArm({ deadShare: 0 }),
      madeUpArm({ lambda: 1e-3, deadShare: 0.3 }),
      madeUpArm({ lambda: 1e-2, deadShare: 0.5 }),
      madeUpArm({ optimizer: "RMSProp", lambda: 1e-3, deadShare: 0 }),
    ];
    expect(deadlyPenaltyText(arms)).toMatch(/Adam at λ = 1e-3; none tested for RMSProp\.$/);
  });

  it("say what is not known yet of gaps", () => {
    const rows = seeds.map((seed) => ({
      ...{ optimizer: "Adam", seed, best: 2 },
      ...{ equal: Number.NaN, penalized: Number.NaN },
    }));
    expect(gapText(rows)).toContain("lose 2.0 ± 0.0 points of test error");
    expect(gapText(rows)).toContain("not known yet to SGD");
  });
});
