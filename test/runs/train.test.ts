import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../lib/engine/engine.js";
import { runId } from "../../lib/runs/config.js";
import type { executeRun } from "../../lib/runs/execute.js";
import { runFolder } from "../../lib/runs/store.js";
import { loadOrTrain } from "../../lib/runs/train.js";
import { fakeRun } from "./fake-run.mjs";
import { config, useTemporaryFolders } from "./support.js";

useTemporaryFolders();
const engine = { name: "wasm", version: "fake" } as Engine;
const id = runId(config());

/** Asks for the run of seed 1, which takes `milliseconds` to train; says whether it was trained and what was logged. */
async function ask({ force = false, milliseconds = 0 } = {}) {
  let trained = 0;
  const lines: string[] = [];
  const execute: typeof executeRun = async (wanted, { seed }) => {
    trained++;
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return fakeRun(wanted, seed);
  };
  const run = await loadOrTrain(config(), {
    seed: 1,
    engine,
    execute,
    force,
    log: (line) => lines.push(line),
  });
  return { run, trained, lines };
}

describe("load or train", () => {
  it("trains once, then returns the record, and says which and why", async () => {
    const first = await ask();
    expect(first.trained).toBe(1);
    expect(first.lines[0]).toBe(`miss ${id}/1: no record`);
    const second = await ask();
    expect(second.trained).toBe(0);
    expect(second.lines).toEqual([`hit  ${id}/1 Adam, no penalty (trained moments ago, wasm)`]);
    expect(second.run.record).toEqual(first.run.record);
    expect(second.run.filters).toEqual(first.run.filters);
  });

  it("trains once where two ask at the same time", async () => {
    const both = await Promise.all([ask({ milliseconds: 1000 }), ask({ milliseconds: 1000 })]);
    expect(both[0].trained + both[1].trained).toBe(1);
    expect(both.flatMap(({ lines }) => lines).join("\n")).toMatch(/wait .*: being trained by process/);
  });

  it("trains again when forced", async () => {
    await ask();
    expect(await ask({ force: true })).toMatchObject({
      trained: 1,
      lines: [expect.stringMatching("afresh"), expect.anything()],
    });
  });

  it("trains again where the record is of an older version or damaged, and says so", async () => {
    await ask();
    const file = join(runFolder(id, 1), "record.json");
    writeFileSync(file, '{"version": 0}');
    const older = await ask();
    expect(older.lines[0]).toBe(`miss ${id}/1: record of another version (0)`);
    expect(older.trained).toBe(1);
    writeFileSync(file, "{");
    expect((await ask()).lines[0]).toMatch(/damaged \(not JSON/);
    writeFileSync(join(runFolder(id, 1), "filters.parquet"), "");
    expect((await ask()).lines[0]).toMatch(/filters\.parquet is damaged/);
    expect((await ask()).trained).toBe(0);
  });

  it("refuses a newer program's record before any training", async () => {
    await ask();
    writeFileSync(join(runFolder(id, 1), "record.json"), '{"version": 3}');
    await expect(ask()).rejects.toThrow(/newer version of this program/);
  });
});
