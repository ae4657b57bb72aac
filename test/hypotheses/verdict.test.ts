import { describe, expect, it } from "vitest";
import type { ArmRuns } from "../../lib/hypotheses/index.js";
import { decide } from "../../lib/hypotheses/index.js";
import type { Run } from "../../lib/runs/record.js";

/** An arm whose runs carry only what a verdict reads: seed, status, dataset and one number. */
function arm(values: Record<number, number>, diverged: number[] = []): ArmRuns {
  const runs = Object.entries(values).map(([seed, deadByActivation]) => ({
    record: {
      seed: Number(seed),
      status: diverged.includes(Number(seed)) ? "diverged" : "finished",
      dataset: { name: "cifar10", source: "jpeg" },
      final: { deadByActivation },
    },
  }));
  return { arm: {}, runs } as unknown as ArmRuns;
}

const verdict = (more: ArmRuns, less: ArmRuns) =>
  decide({
    id: "h00",
    claim: "claim",
    comparison: "comparison",
    more,
    less,
    measure: (run: Run) => 100 * run.record.final.deadByActivation,
    unit: "percentage points",
    smallestEffect: 5,
    scale: "lite",
  });

describe("a verdict is computed from the interval", () => {
  const none = arm({ 1: 0, 2: 0, 3: 0 });

  it("supported: all of the interval beyond the smallest effect", () => {
    const result = verdict(arm({ 1: 0.5, 2: 0.52, 3: 0.54 }), none);
    expect(result.verdict).toBe("supported");
    expect(result.effect).toBeCloseTo(52, 10);
    // t(0.975, 2) = 4.302653 (Student's table), s = 2, n = 3
    expect(result.interval[0]).toBeCloseTo(52 - (4.302653 * 2) / Math.sqrt(3), 4);
    expect(result.seeds).toBe(3);
    expect(result.dataset).toBe("cifar10 (jpeg)");
  });

  it("contradicted: all of it on the other side", () => {
    expect(verdict(none, arm({ 1: 0.5, 2: 0.52, 3: 0.54 })).verdict).toBe("contradicted");
  });

  it("undecided: an interval that crosses, or a single seed", () => {
    expect(verdict(arm({ 1: 0.9, 2: 0.01, 3: 0.2 }), none).verdict).toBe("undecided");
    expect(verdict(arm({ 1: 0.04, 2: 0.01, 3: 0.06 }), none).verdict).toBe("undecided");
    expect(verdict(arm({ 1: 0.9 }), none).verdict).toBe("undecided");
  });

  it("no difference that matters: all of the interval within the smallest effect, on both sides", () => {
    const small = arm({ 1: 0.02, 2: 0.021, 3: 0.019 });
    expect(verdict(small, none).verdict).toBe("no difference that matters");
    expect(verdict(none, small).verdict).toBe("no difference that matters");
    expect(verdict(small, small).verdict).toBe("no difference that matters");
  });

  it("pairs by seed and leaves a seed out where either run is missing or diverged", () => {
    const result = verdict(arm({ 1: 0.5, 2: 0.6, 4: 0.1 }, [2]), none);
    expect(result.seeds).toBe(1);
    expect(result.effect).toBeCloseTo(50, 10);
  });

  it("says undecided, not an error, when no pair is left", () => {
    const result = verdict(arm({ 7: 0.5 }), none);
    expect(result.verdict).toBe("undecided");
    expect(result.seeds).toBe(0);
  });
});
