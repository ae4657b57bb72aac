import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runId } from "../../lib/runs/config.js";
import { Durations, makespan } from "../../lib/runs/durations.js";
import type { RunRecord } from "../../lib/runs/record.js";
import { saveRun } from "../../lib/runs/save.js";
import { filtersFile, recordFile, runFolder } from "../../lib/runs/store.js";
import type { Arm } from "../../lib/study/arm.js";
import { planRuns } from "../../lib/study/plan.js";
import { fakeRun } from "../runs/fake-run.mjs";
import { config, useTemporaryFolders } from "../runs/support.js";

useTemporaryFolders();

const arm = (steps: number): Arm => ({
  label: `${steps} steps`,
  optimizer: "Adam",
  lambda: 0,
  config: config({ steps }),
});
const folderOf = (seed: number) => runFolder(runId(config()), seed);

describe("a plan", () => {
  it("has every run once, seed by seed, with everyone who wants it", async () => {
    await saveRun(fakeRun(config({ steps: 30 }), 1));
    const plan = await planRuns([
      { hypothesis: "h01", arms: [arm(20), arm(30)], seeds: [1, 2] },
      { hypothesis: "h02", arms: [{ ...arm(30), label: "the same" }], seeds: [1, 2, 3] },
    ]);
    expect(plan.map(({ label, seed, finished }) => [label, seed, finished])).toEqual([
      ["20 steps", 1, false],
      ["30 steps", 1, true],
      ["20 steps", 2, false],
      ["30 steps", 2, false],
      ["the same", 3, false],
    ]);
    expect(plan[1]).toMatchObject({ place: "records", id: runId(config({ steps: 30 })) });
    expect(plan[1]!.wantedBy).toEqual([
      { hypothesis: "h01", arm: "30 steps" },
      { hypothesis: "h02", arm: "the same" },
    ]);
  });

  it("takes for missing what is cut off, foreign or of another version, and for there what only looks odd", async () => {
    const seeds = [1, 2, 3, 4, 5, 6];
    for (const seed of seeds) await saveRun(fakeRun(config(), seed));
    truncateSync(join(folderOf(1), recordFile), 900);
    rmSync(join(folderOf(2), filtersFile));
    rmSync(join(folderOf(3), recordFile));
    const { record } = fakeRun(config(), 4);
    writeFileSync(join(folderOf(4), recordFile), JSON.stringify({ ...record, seed: 7 }));
    writeFileSync(join(folderOf(5), recordFile), JSON.stringify({ ...record, version: 0 }));
    const { version, id, ...others } = fakeRun(config(), 6).record;
    writeFileSync(join(folderOf(6), recordFile), JSON.stringify({ ...others, id, version }));
    mkdirSync(`${folderOf(7)}.1-abc.tmp`);

    const plan = await planRuns([{ hypothesis: "h01", arms: [arm(20)], seeds: [...seeds, 7] }]);
    expect(plan.map(({ finished }) => finished)).toEqual([false, false, false, false, false, true, false]);
    expect(plan.map(({ why }) => why)).toEqual([
      expect.stringMatching(/damaged \(not JSON/),
      expect.stringMatching(`damaged \\(${filtersFile} is missing\\)`),
      expect.stringMatching(/damaged \(record.json is missing\)/),
      expect.stringMatching(/damaged \(it is the record of [0-9a-f]+\/seed-7\)/),
      "record of another version (0)",
      undefined,
      "no record",
    ]);
  });

  it("stops at the record of a newer program", async () => {
    const { record } = fakeRun(config(), 1);
    mkdirSync(folderOf(1), { recursive: true });
    writeFileSync(join(folderOf(1), recordFile), JSON.stringify({ ...record, version: 99 }));
    const request = { hypothesis: "h01", arms: [arm(20)], seeds: [1] };
    await expect(planRuns([request])).rejects.toThrow("newer version of this program");
  });
});

describe("the expected time", () => {
  const measured = (changes: Parameters<typeof config>[0], seconds: number): RunRecord => {
    const { record } = fakeRun(config(changes), 1);
    const environment = { ...record.environment, engine: "wasm", machine: "here, 1 of 2 cores" };
    return { ...record, environment, timing: { ...record.timing, seconds } };
  };
  const here = { engine: "wasm", processor: "here" } as const;

  it("is that of the most like runs of this engine and processor", () => {
    const sgd = { optimizer: { name: "sgd" as const, learningRate: 0.1 } };
    const durations = new Durations(
      [measured({}, 10), measured(sgd, 40), measured({ batchSize: 80 }, 1000)],
      here,
    );
    expect(durations.measuredOn).toBe(3);
    expect(durations.seconds(config())).toBeCloseTo(10);
    expect(durations.seconds(config({ steps: 200 }))).toBeCloseTo(100);
    expect(durations.seconds(config({ ...sgd, steps: 40 }))).toBeCloseTo(80);
    // Nothing like it was measured: any run's pace is better than a typical one.
    expect(durations.seconds(config({ batchSize: 400 }))).toBeGreaterThan(100);
  });

  it("is an engine's typical one where nothing was measured here", () => {
    const durations = new Durations([measured({}, 10)], { engine: "wasm", processor: "elsewhere" });
    expect(durations.measuredOn).toBe(0);
    expect(durations.seconds(config())).toBeLessThan(1);
  });

  it("of all is when the last worker ends", () => {
    expect(makespan([40, 20, 20], [0, 0])).toBe(40);
    expect(makespan([40, 20, 20], [0])).toBe(80);
    expect(makespan([], [5, 10])).toBe(10);
  });
});
