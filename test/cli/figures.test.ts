import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { figuresCommand } from "../../lib/cli/figures.js";
import { UsageError, UserError } from "../../lib/errors.js";
import { findHypothesis } from "../../lib/hypotheses/index.js";
import { saveRun } from "../../lib/runs/save.js";
import { madeUpRun } from "../support/made-up-runs.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "figures-command-"));
  vi.stubEnv("FILTER_SPARSITY_RUNS", join(folder, "runs"));
  vi.stubEnv("FILTER_SPARSITY_CACHE", join(folder, "cache"));
  // The Plotly figure stands in for pictures: this is about which runs are drawn, not about drawing.
  vi.stubEnv("PATH", folder);
  vi.stubEnv("PLAYWRIGHT_BROWSERS_PATH", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it("draws a hypothesis from whatever scale has runs, and notes the command that does it again", async () => {
  const h01 = findHypothesis("h01");
  for (const arm of h01.arms({ scale: "quick" })) {
    await saveRun(madeUpRun(arm.config, { deadShare: Math.min(0.6, 100 * arm.lambda) }));
  }
  const lines: string[] = [];
  const figures = join(folder, "figures");
  await figuresCommand({ only: ["h01"], directory: figures, print: (line) => lines.push(line) });
  expect(lines.some((line) => /^h01: \d+ files from 5 runs at scale quick$/.test(line))).toBe(true);
  const sidecar = JSON.parse(
    readFileSync(join(figures, "01-regularization-dead-share-by-penalty.json"), "utf8"),
  );
  expect(sidecar.command).toBe("npm run figures -- --only h01 --scale quick");
  expect(sidecar.runs).toHaveLength(5);
  expect(readdirSync(figures).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

it("fails in one line where nothing was trained, and on a hypothesis that is none", async () => {
  const print = vi.fn();
  await expect(figuresCommand({ print, directory: folder })).rejects.toThrow(UserError);
  expect(print.mock.calls.flat().join("\n")).toContain("npm run reproduce -- h01");
  await expect(figuresCommand({ only: ["h99"], print })).rejects.toThrow(UsageError);
});
