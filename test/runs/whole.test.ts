import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Run } from "../../lib/runs/record.js";
import { RunIndex } from "../../lib/runs/run-index.js";
import { saveRun } from "../../lib/runs/save.js";
import { filtersFile, findRun, listRuns, recordFile, runFolder } from "../../lib/runs/store.js";
import { collectArmRuns } from "../../lib/study/collect.js";
import { planRuns } from "../../lib/study/plan.js";
import { madeUpRun } from "../support/made-up-runs.js";
import { config, useTemporaryFolders } from "./support.js";

const folders = useTemporaryFolders();
const run = asMeasured(madeUpRun(config(), { seed: 1 }));
const { id } = run.record;
const arm = { label: "Adam", optimizer: "Adam", lambda: 0, config: config() };
const fileOf = (name: string, seed = 1) => join(runFolder(id, seed), name);

/** The record's counts of inactive filters are those of its table's last probe, as training leaves them. */
function asMeasured(run: Run): Run {
  const { final } = run.record;
  const { layer, gamma, maxActivation, step } = run.filters;
  const share = { deadByScale: 0, deadByActivation: 0 };
  for (const [index, summary] of final.layers.entries()) {
    const rows = [...layer.keys()].filter((row) => layer[row] === index && step[row] === final.step);
    summary.deadByScale = rows.filter((row) => Math.abs(gamma[row]!) < 1e-3).length;
    summary.deadByActivation = rows.filter((row) => maxActivation[row]! < 1e-12).length;
    share.deadByScale += summary.deadByScale;
    share.deadByActivation += summary.deadByActivation;
  }
  const filters = final.layers.reduce((sum, { filters }) => sum + filters, 0);
  final.deadByScale = share.deadByScale / filters;
  final.deadByActivation = share.deadByActivation / filters;
  return run;
}

/** Puts a value where a path of names leads in seed 1's record; undefined takes out what is there. */
function edit(path: string, value: unknown): void {
  const record = JSON.parse(readFileSync(fileOf(recordFile), "utf8")) as Record<string, unknown>;
  const names = path.split(".");
  const last = names.pop()!;
  let place = record;
  for (const name of names) place = place[name] as Record<string, unknown>;
  place[last] = value;
  writeFileSync(fileOf(recordFile), JSON.stringify(record));
}

/** What every way of looking says of seed 1. */
async function opinions(): Promise<boolean[]> {
  const [arms] = await collectArmRuns([arm], { seeds: [1] });
  const [planned] = await planRuns([{ hypothesis: "h01", arms: [arm], seeds: [1] }]);
  return [
    (await findRun(id, 1)).state === "finished",
    new RunIndex().look(id, 1).state === "finished",
    (await listRuns()).runs.some(({ record }) => record.seed === 1),
    arms!.runs.length === 1,
    planned!.finished,
  ];
}

const all = [true, true, true, true, true];
const none = all.map(() => false);

describe("a record that says what no run can have", () => {
  it.each<[about: string, path: string, value: unknown]>([
    ["a negative test error", "final.testError", -1],
    ["a test error of 1e308", "final.testError", 1e308],
    ["no test error", "final.testError", null],
    ["a loss that no float32 holds", "final.trainLoss", 1e308],
    ["no epochs", "epochs", []],
    ["no layers", "model.layers", []],
    ["layers of another network", "model.layers.0.name", "conv"],
    ["more dead filters than there are", "epochs.0.deadByScale.0", 9999],
    ["a dead share that its layers contradict", "final.deadByScale", 0.987],
    ["epochs out of order", "epochs.0.step", 9999],
    ["a last probe before the last step", "probes.steps", [1, 2]],
    ["negative time", "timing.seconds", -5],
  ])("%s: is damaged to every command", async (_, path, value) => {
    await saveRun(run);
    expect(await opinions()).toEqual(all);
    edit(path, value);
    expect(await opinions()).toEqual(none);
  });

  it("is not written", async () => {
    const wrong = structuredClone(run);
    wrong.record.final.testError = 2;
    await expect(saveRun(wrong)).rejects.toThrow(/is not saved: final.testError/);
    expect(existsSync(folders.runs()) ? readdirSync(folders.runs()) : []).toEqual([]);
  });
});

describe("a table", () => {
  const other = madeUpRun(config(), { seed: 2, deadShare: 0.6 });
  const foreign = () => cpSync(fileOf(filtersFile, 2), fileOf(filtersFile));

  it("of another run of the same configuration is no table of this one", async () => {
    await saveRun(run);
    await saveRun(other);
    expect(await opinions()).toEqual(all);
    foreign();
    expect(await opinions()).toEqual(none);
    expect(await findRun(id, 1)).toMatchObject({ reason: expect.stringMatching(/table of another run/) });
  });

  it("of before records named theirs is compared with all that the record says", async () => {
    await saveRun(run);
    await saveRun(other);
    edit("table", undefined);
    expect(await opinions()).toEqual(all);
    foreign();
    expect(await opinions()).toEqual(none);
    expect(await findRun(id, 1)).toMatchObject({ reason: expect.stringMatching(/not as many as/) });
  });

  it("with a flipped bit is noticed though it was whole before", async () => {
    await saveRun(run);
    expect(await opinions()).toEqual(all);
    const bytes = readFileSync(fileOf(filtersFile));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(fileOf(filtersFile), bytes);
    expect(await opinions()).toEqual(none);
  });

  it("is read column by column, and gives what was written", async () => {
    await saveRun(run);
    const [arms] = await collectArmRuns([arm]);
    const { filters } = arms!.runs[0]!;
    expect(filters.layer).toEqual(run.filters.layer);
    writeFileSync(fileOf(filtersFile), "cut");
    expect(filters.layer).toEqual(run.filters.layer);
  });
});

describe("a damaged record", () => {
  it("is set aside when the run is trained again", async () => {
    await saveRun(run);
    edit("final.testError", -1);
    const damaged = readFileSync(fileOf(recordFile), "utf8");
    const { saved, setAside } = await saveRun(run);
    expect(saved).toBe(true);
    expect(await opinions()).toEqual(all);
    expect(readFileSync(join(setAside!, recordFile), "utf8")).toBe(damaged);
    expect(setAside!.startsWith(folders.cache())).toBe(true);
  });
});

describe("a process killed between the two renames of a replacement", () => {
  const killed = () => renameSync(runFolder(id, 1), `${runFolder(id, 1)}.4711-replaced.tmp`);

  it.each<[string, () => Promise<boolean>]>([
    ["a look at the run", async () => (await findRun(id, 1)).state === "finished"],
    ["a plan", async () => new RunIndex().look(id, 1).state === "finished"],
    ["a listing", async () => (await listRuns()).runs.length === 1],
    ["saving another seed", async () => (await saveRun(madeUpRun(config(), { seed: 3 }))).saved],
  ])("leaves the record to %s", async (_, look) => {
    await saveRun(run);
    killed();
    expect(await look()).toBe(true);
    expect(existsSync(runFolder(id, 1))).toBe(true);
  });
});
