import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findHypothesis } from "../../lib/hypotheses/index.js";
import { saveRun } from "../../lib/runs/save.js";
import { useTemporaryFolders } from "../runs/support.js";
import { madeUpRun } from "../support/made-up-runs.js";
import { command } from "./command.js";

const { root } = useTemporaryFolders();
const latency = (words: string) =>
  command(`latency ${words}`, { env: { FILTER_SPARSITY_LATENCY: join(root(), "latency") } });

describe("latency", () => {
  it("times what a hypothesis' runs leave, without their weights, and keeps it", async () => {
    const arms = findHypothesis("h12").arms({ scale: "smoke" });
    for (const { config } of arms.filter(({ config: own }) => !own.start).slice(0, 2))
      await saveRun(madeUpRun(config, { deadShare: 0.6 }), { place: "cache" });
    const { code, stdout, stderr } = await latency(
      "h12 --scale smoke --engine wasm --batch 2 --seconds 0.02 --json",
    );
    expect(stderr).toMatch(/2 of 2 networks timed\n.*kept in .*h12-smoke-wasm-batch-2\.json/s);
    expect(code).toBe(0);
    const survey = JSON.parse(stdout);
    const path = join(root(), "latency", "surveys", "h12-smoke-wasm-batch-2.json");
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(survey);
    expect(survey).toMatchObject({ engine: "wasm", batch: 2, threads: 1 });
    for (const { milliseconds, speedup, macReduction } of survey.networks) {
      expect(milliseconds.median).toBeGreaterThan(0);
      expect(speedup.low).toBeLessThanOrEqual(speedup.high);
      expect(macReduction).toBeGreaterThan(1);
    }
  });

  it("says which runs are missing before it times anything", async () => {
    const { code, stderr } = await latency("h12 --scale smoke");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      "No finished run of h12 is on record at smoke scale. Train some: npm run sweep -- h12 --scale smoke",
    );
  });
});
