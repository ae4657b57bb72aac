import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findHypothesis, hypotheses, type Scale } from "../../lib/hypotheses/index.js";
import type { LiveHypothesis } from "../../lib/live/catalog.js";
import { liveHypotheses } from "../../lib/live/hypotheses.js";
import { armsOfPair, pairOf } from "../../lib/live/pairs.js";
import { saveRun } from "../../lib/runs/index.js";
import { madeUpRun } from "../support/made-up-runs.js";

const h01 = findHypothesis("h01");

describe("a pair of arms", () => {
  const scales: Scale[] = ["smoke", "quick", "lite"];
  it.each(hypotheses)("of $id is found at every scale", (hypothesis) => {
    for (const scale of scales) {
      const pair = armsOfPair(pairOf(hypothesis), hypothesis.arms({ scale }));
      expect(pair, scale).toHaveLength(2);
      // A page has no runs to start from.
      for (const { config } of pair!) expect(config.start).toBeUndefined();
    }
  });
});

describe("what a page knows", () => {
  let folder: string;
  let known: LiveHypothesis[];
  const of = (id: string) => known.find((one) => one.id === id)!;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "filter-sparsity-live-"));
    vi.stubEnv("FILTER_SPARSITY_RUNS", folder);
    vi.stubEnv("FILTER_SPARSITY_CACHE", folder);
    const options = { scale: "lite" as const, dataset: { name: "cifar10", source: "jpeg" } };
    for (const { config } of armsOfPair(pairOf(h01), h01.arms(options))!) {
      const deadShare = config.penalty.lambda > 0 ? 0.5 : 0;
      for (const seed of [1, 2, 3]) await saveRun(madeUpRun(config, { seed, deadShare }));
    }
    known = await liveHypotheses("quick");
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  it("is the pair, its strongest penalty first, and every optimizer once", () => {
    expect(known.map(({ id }) => id)).toEqual(hypotheses.map(({ id }) => id));
    expect(of("h01").arms.map(({ label }) => label)).toEqual(["Adam, L2 1e-2", "Adam, no penalty"]);
    const names = of("h01").optimizers.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["SGD", "SGD+momentum", "Adam", "Lion", "Muon"]));
    expect(new Set(names).size).toBe(names.length);
  });

  it("says what sets arms apart where the page has no control for it", () => {
    expect(of("h10").arms.map(({ fixed }) => fixed)).toEqual(["2 classes", "all classes"]);
    expect(of("h08").arms.map(({ fixed }) => fixed)).toEqual([undefined, undefined]);
  });

  it("has the means over seeds and the verdict on record beside it, where there are any", () => {
    const [pair, ...others] = of("h01").stored;
    expect(others).toEqual([]);
    expect(pair!.scale).toBe("lite");
    expect(pair!.arms.map(({ label, seeds }) => [label, seeds])).toEqual([
      ["Adam, L2 1e-3", 3],
      ["Adam, no penalty", 3],
    ]);
    expect(pair!.arms[0]!.deadByActivation).toBeGreaterThan(30);
    expect(pair!.arms[1]!.deadByActivation).toBe(0);
    expect(pair!.verdict?.answer).toBe("supported");
    expect(of("h10").stored).toEqual([]);
    // Of this pair only the arm that it shares with the other is there.
    const [half] = of("h16").stored;
    expect(half!.arms.map(({ seeds }) => seeds)).toEqual([3, 0]);
    expect(half!.arms[1]!.deadByScale).toBeNull();
    expect(half!.verdict).toBeUndefined();
  });
});
