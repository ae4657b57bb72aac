import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { errorByLatency } from "../../lib/figures/index.js";
import { keepSurvey, keptSurveys } from "../../lib/harvest/kept-surveys.js";
import { latencies, type Variant } from "../../lib/harvest/latency.js";
import { measureLatency } from "../../lib/harvest/latency-process.js";
import { harvest } from "../../lib/harvest/recorded.js";
import { type LatencySurvey, surveyLatency } from "../../lib/harvest/survey.js";
import { findHypothesis } from "../../lib/hypotheses/index.js";
import { useTemporaryFolders } from "../runs/support.js";
import { tracesOf } from "../support/figure-points.js";
import { madeUpConfig, madeUpRun, madeUpRunsOf } from "../support/made-up-runs.js";

// A clock that takes as many milliseconds as a network has thousands of multiply-accumulates.
vi.mock("../../lib/harvest/latency-process.js", () => ({
  measureLatency: vi.fn(async (variants: Variant[], { engine, batches }) => ({
    version: "made up",
    latencies: latencies(
      variants.map(({ name, model: { network } }) => ({
        ...{ name, macs: network.macs, turns: [[network.macs / 1e3], [network.macs / 1e3]] },
      })),
      { engine, batch: batches[0] },
    ),
  })),
}));

const { root } = useTemporaryFolders();
const options = { engine: "wasm", batch: 4, seconds: 0.01, threads: 1 } as const;
const config = madeUpConfig({ lambda: 1e-3 });

describe("a survey of latencies", () => {
  it("times what every run leaves, each architecture once, beside its own unpruned network", async () => {
    const [sparse, dense] = [1, 2].map((seed) =>
      madeUpRun(config, { seed, deadShare: seed === 1 ? 0.5 : 0 }),
    );
    const twin = madeUpRun(config, { seed: 3, deadShare: 0 });
    const narrow = madeUpRun(madeUpConfig({ widths: [8, 16, 16, 32, 32, 64, 64] }), { deadShare: 0 });
    const { networks, version } = await surveyLatency([sparse!, dense!, twin, narrow], options);
    expect(version).toBe("made up");
    const { id } = dense!.record;
    expect(networks.map(({ runs }) => runs)).toEqual([
      [`${id}/1`],
      [`${id}/2`, `${id}/3`],
      [`${narrow.record.id}/1`],
    ]);
    const left = harvest(sparse!);
    expect(networks[0]).toMatchObject({ filters: left.filters, milliseconds: { median: left.macs / 1e3 } });
    // The clock is exact, so that all that was saved shows.
    expect(networks[0]!.macReduction).toBeCloseTo(left.wholeMacs / left.macs, 6);
    expect(networks.map((network) => network.yield)).toEqual([1, 1, 1].map((one) => expect.closeTo(one, 6)));
    expect(networks[2]!.speedup.median).toBe(1);
    expect(vi.mocked(measureLatency).mock.calls.map(([variants]) => variants.length)).toEqual([3, 2]);
  });

  it("refuses networks that no filter can be cut out of", async () => {
    const group = madeUpRun({ ...config, model: { ...config.model, normalization: "group" } });
    await expect(surveyLatency([group], options)).rejects.toThrow(
      /group normalization.*no filter can be cut/,
    );
  });

  it("is kept by hypothesis, engine and batch, and drawn for the runs that it has", async () => {
    vi.stubEnv("FILTER_SPARSITY_LATENCY", join(root(), "latency"));
    const arms = madeUpRunsOf(findHypothesis("h12").arms({ scale: "quick" }));
    const runs = arms.filter(({ arm: { config: own } }) => !own.start).flatMap(({ runs: own }) => own);
    expect(keptSurveys()).toEqual([]);
    expect(() => errorByLatency(arms, undefined)).toThrow(/npm run latency -- h12/);
    const survey: LatencySurvey = {
      ...{ processor: "made-up", threads: 1, engine: "wasm", batch: 4 },
      ...(await surveyLatency(runs, options)),
    };
    const path = await keepSurvey(survey, "h12-quick");
    expect(path).toBe(join(root(), "latency", "surveys", "h12-quick-wasm-batch-4.json"));
    expect(existsSync(path)).toBe(true);
    expect(keptSurveys()).toEqual([survey]);
    const traces = tracesOf(errorByLatency(arms, survey));
    const first = runs[0]!;
    const share = (100 * harvest(first).macs) / harvest(first).wholeMacs;
    const drawn = traces.flatMap(({ x }) => x);
    expect(drawn).toContainEqual(expect.closeTo(share, 6));
    writeFileSync(path, "{}");
    expect(() => keptSurveys()).toThrow(/wasm-batch-4\.json is damaged: parts of it are missing/);
  });
});
