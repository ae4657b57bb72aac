import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { projectRoot } from "../lib/paths.js";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** What the check says of a library that consists of these modules. */
function check(modules: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "rooms-"));
  folders.push(folder);
  for (const [path, text] of Object.entries(modules)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const script = join(projectRoot, "lib", "rooms.mjs");
  const { status, stderr } = spawnSync(process.execPath, [script, folder], { encoding: "utf8" });
  return { status, lines: stderr.trim().split("\n") };
}

describe("the table of rooms", () => {
  it.each([
    ["a module", 'import { chart } from "../figures/chart.js";'],
    ["a type", 'import type { Chart } from "../figures/chart.js";'],
    ["what it hands on", 'export * from "../figures/chart.js";'],
    ["what it loads late", 'const later = () => import("../figures/chart.js");'],
    ["a type in place", 'type Chart = import("../figures/chart.js").Chart;'],
    ["several lines", 'import {\n  chart,\n  table,\n} from "../figures/chart.js";'],
  ])("refuses an import against it: %s", (_, line) => {
    const { status, lines } = check({ "runs/store.ts": `${line}\n` });
    expect(status).toBe(1);
    expect(lines[0]).toMatch(/^runs.store\.ts imports "\.\.\/figures\/chart\.js": runs may import engine, /);
  });

  it("counts folders in rooms, and modules in none", () => {
    expect(check({ "runs/queue/job.ts": 'import "../../figures/chart.js";' }).status).toBe(1);
    expect(
      check({ "runs/queue/job.ts": 'import "../store.js";\nimport "../../models/index.js";' }).status,
    ).toBe(0);
    expect(check({ "errors.ts": 'import "./runs/store.js";' }).lines[0]).toContain("it may import no room");
  });

  it("refuses a room that it does not have, and the indexes below themselves", () => {
    expect(check({ "attic/old.ts": "" }).lines[0]).toContain("add attic");
    expect(check({ "cli/main.ts": 'import "../index.js";' }).lines[0]).toContain("above all rooms");
    expect(check({ "index.ts": 'export * from "./cli/main.js";' }).status).toBe(0);
  });
});
