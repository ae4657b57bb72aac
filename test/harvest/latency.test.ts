import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { latencyByMacs } from "../../lib/figures/index.js";
import { type KeptReport, keepReport, keptReports } from "../../lib/harvest/kept-reports.js";
import { latencies } from "../../lib/harvest/latency.js";

const measured = latencies(
  [
    { name: "unpruned", macs: 400, turns: [[8, 8, 20], [16], [12]] },
    { name: "pruned", macs: 100, turns: [[4], [4, 4], [4]] },
  ],
  { engine: "wasm", batch: 16 },
);

describe("latencies", () => {
  it("are medians with quartiles, and speed-ups turn by turn beside what was saved", () => {
    const [whole, pruned] = measured;
    expect(whole).toMatchObject({
      speedup: { median: 1, low: 1, high: 1 },
      macReduction: 1,
      yield: 1,
      calls: 5,
    });
    expect(whole!.milliseconds).toEqual({ median: 12, low: 8, high: 16 });
    expect(pruned).toMatchObject({
      speedup: { median: 3, low: 2.5, high: 3.5 },
      macReduction: 4,
      yield: 0.75,
    });
  });
});

describe("reports", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "latency-"));
    vi.stubEnv("FILTER_SPARSITY_LATENCY", folder);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  const report = {
    run: { id: "0123456789ab", seed: 2 },
    prune: { method: "slimming", share: 0.5 },
    ...{ changed: true, variants: [] },
    latency: { processor: "made-up", threads: 1, engines: { wasm: "0" }, latencies: measured },
  } as KeptReport;

  it("are kept one a run and cut, and drawn without the unpruned network", async () => {
    expect(keptReports()).toEqual([]);
    expect(await keepReport(report)).toBe(join(folder, "0123456789ab-seed-2-slimming-50.json"));
    const kept = keptReports();
    expect(kept).toEqual([report]);
    const { data } = latencyByMacs(kept);
    expect(data.at(-1)).toMatchObject({ name: "16 images at once", x: [4], y: [3] });
    expect(() => latencyByMacs([])).toThrow(/No latencies are kept. .*--keep/);
  });

  it("name the file that is damaged", () => {
    writeFileSync(join(folder, "a.json"), "{}");
    expect(() => keptReports()).toThrow(/a\.json is damaged: parts of it are missing/);
  });
});
