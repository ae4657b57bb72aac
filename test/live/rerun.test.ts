import { describe, expect, it } from "vitest";
import { openWasm } from "../../lib/engine/wasm.js";
import { findHypothesis } from "../../lib/hypotheses/index.js";
import type { Judgment } from "../../lib/live/catalog.js";
import { judge } from "../../lib/live/judge.js";
import { type ArmResult, type Look, type MeasureName, measureNames } from "../../lib/live/messages.js";
import { armsOfPair, pairOf } from "../../lib/live/pairs.js";
import { Filters } from "../../lib/live/worker/filters.js";
import { pullBeforeDeath } from "../../lib/live/worker/pull.js";
import { rerun } from "../../lib/live/worker/rerun.js";
import { Turns } from "../../lib/live/worker/turns.js";
import { executeRun } from "../../lib/runs/execute.js";
import { mean } from "../../lib/statistics.js";

const h01 = findHypothesis("h01");

const anySignal = new AbortController().signal;

describe("a rerun", () => {
  it("ends where the same run of the command line ends", async () => {
    const engine = await openWasm();
    const configs = armsOfPair(pairOf(h01), h01.arms({ scale: "smoke" }))!.map(({ config }) => config);
    const looks: Look[] = [];
    const results = await rerun({
      ...{ engine, configs, seed: 1, signal: anySignal },
      onStart: (arms) => expect(arms.map(({ steps }) => steps)).toEqual([30, 30]),
      onLook: (look) => looks.push(look),
    });
    const { record } = await executeRun(configs[0]!, { engine, seed: 1 });
    const [{ measures, status }] = results as [ArmResult];
    expect(status).toBe("finished");
    expect(measures.testError).toBeCloseTo(100 * record.final.testError, 9);
    expect(measures.deadByActivation).toBeCloseTo(100 * record.final.deadByActivation, 9);
    expect(measures.deadByScale).toBeCloseTo(100 * record.final.deadByScale, 9);
    const own = looks.filter(({ arm }) => arm === 0);
    expect(own.map(({ step }) => step)).toEqual(Array.from({ length: 30 }, (_, step) => step + 1));
    const epoch = record.epochs[0]!;
    expect(mean(own.slice(0, epoch.step).map(({ loss }) => loss))).toBeCloseTo(epoch.trainLoss, 9);
    // In turns: neither is ever more than a look ahead.
    const ahead = [0, 0];
    for (const { arm, step } of looks) {
      ahead[arm] = step;
      expect(Math.abs(ahead[0]! - ahead[1]!)).toBeLessThanOrEqual(1);
    }
  });
});

describe("turns", () => {
  it("hold back who is ahead until the others have caught up or left", async () => {
    const turns = new Turns(2);
    const passed: string[] = [];
    const first = turns.arrive(0, 0.2).then(() => passed.push("first"));
    await Promise.resolve();
    expect(passed).toEqual([]);
    const second = turns.arrive(1, 0.1).then(() => passed.push("second"));
    await second;
    expect(passed).toEqual(["second"]);
    turns.leave(1);
    await first;
    expect(passed).toEqual(["second", "first"]);
  });
});

describe("filters as looks find them", () => {
  const layers = [
    { offset: 0, filters: 2 },
    { offset: 2, filters: 2 },
  ];

  it("are silent only once activations were looked at, and alive again after a death", () => {
    const filters = new Filters({ channels: 4, layers });
    const gamma = Float32Array.of(1, 9e-4, 1, 1);
    expect([...filters.look(gamma).states]).toEqual([0, 3, 0, 0]);
    expect(filters.look(gamma, Float32Array.of(1, 1, 0, 1))).toEqual({
      states: Uint8Array.of(0, 3, 2, 0),
      deadByScale: 0.25,
      deadByActivation: 0.25,
    });
    expect([...filters.look(Float32Array.of(1, 1, 1, 1)).states]).toEqual([0, 1, 2, 0]);
    expect(filters.silent()).toEqual([
      { filters: 2, dead: 0 },
      { filters: 2, dead: 1 },
    ]);
    expect(filters.cameBack).toBe(0.5);
  });
});

describe("the penalty's pull", () => {
  it("is compared at the look before a death, with those who live", () => {
    const look = (states: number[], gammaGradient: number[]) => ({
      states: Uint8Array.from(states),
      gamma: Float32Array.of(0.5, 1, 1),
      gammaGradient: Float32Array.from(gammaGradient),
    });
    const looks = [
      look([0, 0, 0], [1, 1, 1]),
      look([0, 0, 0], [5e-5, 0.01, 0.1]),
      look([2, 0, 0], [0, 1, 1]),
    ];
    const { dying, surviving } = pullBeforeDeath(looks, 0.01);
    // 0.01 * 0.5 / 5e-5, and the middle of 0.01 * 1 / 0.01 and 0.01 * 1 / 0.1, in decades.
    expect(dying).toBeCloseTo(2, 6);
    expect(surviving).toBeCloseTo(-0.5, 6);
  });

  it("has no value where nothing dies", () => {
    expect(pullBeforeDeath([], 0.01)).toEqual({ dying: Number.NaN, surviving: Number.NaN });
  });
});

describe("the verdict line", () => {
  const judgment = pairOf(h01).judgment;
  const result = (
    changes: Partial<Record<MeasureName, number>>,
    status: ArmResult["status"] = "finished",
  ): ArmResult => ({
    ...{ status, step: 1234, seconds: 1, chance: 75 },
    measures: {
      ...(Object.fromEntries(measureNames.map((name) => [name, Number.NaN])) as ArmResult["measures"]),
      ...changes,
    },
  });
  const line = (a: number, b: number, options: { changed?: boolean; own?: Judgment } = {}) =>
    judge({
      judgment: options.own ?? judgment,
      results: [result({ deadByActivation: a }), result({ deadByActivation: b })],
      changed: options.changed ?? false,
    });

  it("says what one seed says of the claim, and that it has no interval", () => {
    expect(line(52.16, 0)).toBe(
      "Share of filters inactive by activation: 52.2 % with L2 against 0.0 % without: as the claim says, for one seed; one run gives no interval.",
    );
    expect(line(0, 52)).toContain("the opposite of the claim, for one seed");
    expect(line(4, 0)).toContain("too small to speak for or against the claim (below 5 percentage points)");
  });

  it("claims nothing of settings that are not the hypothesis's, nor where one pair cannot decide", () => {
    expect(line(52, 0, { changed: true })).toBe(
      "Share of filters inactive by activation: 52.0 % in A against 0.0 % in B. These are your settings: no test of the claim as it stands.",
    );
    expect(line(52, 0, { own: { ...judgment, decides: false } })).toContain(
      "One pair does not decide the claim.",
    );
  });

  it("gives none where an arm learned nothing", () => {
    const results = [
      result({ deadByActivation: 99, testError: 74.8 }),
      result({ deadByActivation: 0, testError: 20 }),
    ];
    expect(judge({ judgment, results, changed: false })).toMatch(
      /^A \(test error 74.8 %, guessing 75.0 %\) learned nothing.* No verdict/,
    );
  });

  it("gives none where an arm diverged or nothing was measured", () => {
    const results = [result({}, "diverged"), result({ deadByActivation: 3 })];
    expect(judge({ judgment, results, changed: false })).toMatch(/^A diverged at step 1,234: .* No verdict/);
    expect(line(Number.NaN, 1)).toContain("nothing to compare");
  });
});
