import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { parseRunConfig, type RunConfig, type RunConfigInput } from "../../lib/runs/config.js";

/** Gives each test runs and cache folders of its own; `root()` is the folder above both. */
export function useTemporaryFolders(): { root: () => string; runs: () => string; cache: () => string } {
  let root = "";
  const { FILTER_SPARSITY_RUNS, FILTER_SPARSITY_CACHE } = process.env;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "filter-sparsity-test-"));
    process.env.FILTER_SPARSITY_RUNS = join(root, "runs");
    process.env.FILTER_SPARSITY_CACHE = join(root, "cache");
  });
  afterEach(() => {
    restore("FILTER_SPARSITY_RUNS", FILTER_SPARSITY_RUNS);
    restore("FILTER_SPARSITY_CACHE", FILTER_SPARSITY_CACHE);
    rmSync(root, { recursive: true, force: true });
  });
  return { root: () => root, runs: () => join(root, "runs"), cache: () => join(root, "cache") };
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

/** A valid configuration, changed by `changes` at the top level. */
export function config(changes: Partial<RunConfigInput> = {}): RunConfig {
  return parseRunConfig({
    dataset: { name: "synthetic", source: "builtin", size: 16 },
    model: { widths: [8, 16] },
    optimizer: { name: "adam", learningRate: 0.01 },
    steps: 20,
    ...changes,
  });
}

/** A configuration that trains in a moment, two epochs of 10 steps and a half at its 25 steps. */
export const smokeConfig = (changes: Partial<RunConfigInput> = {}): RunConfig =>
  parseRunConfig({
    dataset: { name: "synthetic", source: "builtin", size: 8, trainImages: 200 },
    model: { widths: [4, 4, 6, 6, 8] },
    optimizer: { name: "adam", learningRate: 1e-2 },
    penalty: { lambda: 1e-2 },
    schedule: { name: "step", milestones: [0.6] },
    batchSize: 20,
    steps: 25,
    ...changes,
  });
