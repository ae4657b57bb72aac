import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { collectFiles } from "../../lib/paper/cells/files.js";

const root = mkdtempSync(join(tmpdir(), "cell-files-"));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

it("lists what cells read by path, whatever order a folder gives, and puts tables of filters beside", async () => {
  vi.stubEnv("FILTER_SPARSITY_RUNS", join(root, "runs"));
  for (const id of ["b", "c", "a"]) {
    mkdirSync(join(root, "runs", id, "seed-1"), { recursive: true });
    writeFileSync(join(root, "runs", id, "seed-1", "record.json"), "{}");
    writeFileSync(join(root, "runs", id, "seed-1", "filters.parquet"), id);
  }
  const { texts, files } = await collectFiles(join(root, "cells"));
  for (const paths of [Object.keys(texts), Object.keys(files)]) expect(paths).toEqual([...paths].sort());
  expect(Object.keys(files).filter((path) => path.startsWith("data/runs/"))).toEqual(
    ["a", "b", "c"].map((id) => `data/runs/${id}/seed-1/filters.parquet`),
  );
});
