import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decisionOf, equalityOf, holmAnswers } from "../../lib/hypotheses/answer.js";
import { pairedDifference } from "../../lib/statistics.js";

const zero = (values: readonly number[]) => values.map(() => 0);
const values = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 2, maxLength: 6 });
const smallest = fc.constantFrom(5, 0.5, -0.25);

describe("the answer and its p-value", () => {
  it("say the same: decided exactly where p is below 5 %", () => {
    fc.assert(
      fc.property(values, smallest, (differences, smallestEffect) => {
        const difference = pairedDifference(differences, zero(differences));
        const { verdict, p } = decisionOf(difference, smallestEffect);
        fc.pre(Math.abs(p - 0.05) > 1e-9);
        expect(verdict !== "undecided").toBe(p < 0.05);
      }),
    );
  });

  it("never decide more after Holm's correction than before", () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 8 }), (family) => {
        const decisions = family.map((own) => decisionOf(pairedDifference(own, zero(own)), 5));
        for (const [index, after] of holmAnswers(decisions).entries())
          expect(["undecided", decisions[index]!.verdict]).toContain(after);
      }),
    );
  });

  it("lose in a large family what a single test would have kept", () => {
    const decided = { verdict: "supported" as const, p: 0.04 };
    expect(holmAnswers([decided])).toEqual(["supported"]);
    expect(holmAnswers([decided, decided])).toEqual(["undecided", "undecided"]);
    expect(holmAnswers([decided, { verdict: "contradicted", p: 1e-6 }])).toEqual([
      "supported",
      "contradicted",
    ]);
  });

  it("support the claim that both sides agree by the whole interval within the smallest effect, and contradict it beyond", () => {
    const of = (values: number[]) => equalityOf(pairedDifference(values, zero(values)), 5);
    expect(of([0.1, -0.2, 0.3]).verdict).toBe("supported");
    expect(of([9, 9.1, 9.2]).verdict).toBe("contradicted");
    expect(of([-9, -9.1, -9.2]).verdict).toBe("contradicted");
    expect(of([-4, 0, 9]).verdict).toBe("undecided");
    const values = [0.1, -0.2, 0.3];
    expect(of(values).p).toBe(decisionOf(pairedDifference(values, zero(values)), 5).p);
  });

  it("count no difference as support where the claim is to be at par", () => {
    const difference = pairedDifference([0.01, -0.01, 0.02], [0, 0, 0]);
    expect(decisionOf(difference, -0.25).verdict).toBe("supported");
    expect(decisionOf(difference, 0.25).verdict).toBe("no difference that matters");
  });
});
