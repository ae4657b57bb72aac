import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { saveRun } from "../../lib/runs/save.js";
import { findRun, listRuns, loadRun, runFolder } from "../../lib/runs/store.js";
import { loadWeights } from "../../lib/runs/weights.js";
import { fakeRun } from "./fake-run.mjs";
import { config, useTemporaryFolders } from "./support.js";

const folders = useTemporaryFolders();
const run = fakeRun(config(), 1);
const { id } = run.record;

const edit = (change: (record: Record<string, unknown>) => void) => {
  const file = join(runFolder(id, 1), "record.json");
  const record = JSON.parse(readFileSync(file, "utf8"));
  change(record);
  writeFileSync(file, JSON.stringify(record));
};

describe("a record on disk", () => {
  it("comes back as it was, floats to 10 bits", async () => {
    await saveRun(run);
    const loaded = await loadRun(id, 1);
    expect(loaded.record).toEqual(run.record);
    expect(loaded.filters.filter).toEqual(run.filters.filter);
    const gammas = loaded.filters.gamma;
    expect(gammas).toHaveLength(run.filters.gamma.length);
    gammas.forEach((gamma, row) => {
      const exact = run.filters.gamma[row]!;
      expect(Math.abs(gamma - exact)).toBeLessThanOrEqual(Math.abs(exact) * 2 ** -11);
    });
  });

  it("has the same bytes whenever it is written", async () => {
    await saveRun(run);
    await saveRun(run, { place: "cache" });
    for (const name of ["record.json", "filters.parquet"])
      expect(readFileSync(join(runFolder(id, 1), name))).toEqual(
        readFileSync(join(runFolder(id, 1, "cache"), name)),
      );
  });

  it("keeps a diverged run, its non-finite loss read back as NaN", async () => {
    const diverged = structuredClone(run);
    diverged.record.status = "diverged";
    diverged.record.final.trainLoss = Number.POSITIVE_INFINITY;
    await saveRun(diverged);
    const { record } = await loadRun(id, 1);
    expect(record.status).toBe("diverged");
    expect(record.final.trainLoss).toBeNaN();
  });

  it("is not overwritten once finished, unless asked", async () => {
    await saveRun(run);
    const second = structuredClone(run);
    second.record.timing.seconds = 77;
    expect(await saveRun(second)).toMatchObject({ saved: false });
    expect((await loadRun(id, 1)).record.timing.seconds).toBe(10);
    expect(await saveRun(second, { replace: true })).toMatchObject({ saved: true });
    expect((await loadRun(id, 1)).record.timing.seconds).toBe(77);
    expect(readdirSync(join(folders.runs(), id))).toEqual(["seed-1"]);
  });

  it("is found in the cache too, and leaves the committed records alone there", async () => {
    await saveRun(run, { place: "cache" });
    expect(await findRun(id, 1)).toMatchObject({ state: "finished" });
    expect(() => statSync(folders.runs())).toThrow();
  });

  it("leaves the weights to the cache", async () => {
    const weights = { parameters: Float32Array.of(1, -2.5, 1e-8), statistics: Float32Array.of(0.25) };
    await saveRun({ ...run, weights });
    expect(await loadWeights(id, 1)).toEqual(weights);
    expect(await loadWeights(id, 2)).toBeUndefined();
    expect(readdirSync(runFolder(id, 1)).sort()).toEqual(["filters.parquet", "record.json"]);
  });

  it("of lite scale takes tens of kilobytes", async () => {
    const lite = fakeRun(config({ model: { widths: [16, 32, 32, 64, 64, 128, 128] }, steps: 10_000 }), 1);
    const { folder } = await saveRun(lite);
    expect(statSync(join(folder, "filters.parquet")).size).toBeLessThan(130_000);
    expect(statSync(join(folder, "record.json")).size).toBeLessThan(20_000);
  });
});

describe("what is no finished record", () => {
  it("is told with its file and reason when it is to be loaded", async () => {
    await saveRun(run);
    edit((record) => {
      delete record.final;
    });
    await expect(loadRun(id, 1)).rejects.toThrow(/seed-1 is damaged: final: .*train the run again/);
  });

  it("is refused when its version is unknown", async () => {
    await saveRun(run);
    edit((record) => {
      record.version = 7;
    });
    expect(await findRun(id, 1)).toMatchObject({ state: "other version", version: 7 });
    await expect(loadRun(id, 1)).rejects.toThrow(/layout version 7, this program reads 2\. Update/);
  });

  it("is refused when it belongs to another configuration or seed", async () => {
    await saveRun(run);
    edit((record) => {
      record.config = config({ steps: 21 });
    });
    await expect(loadRun(id, 1)).rejects.toThrow(/id: is .*, but the configuration's is/);
    edit((record) => {
      record.config = run.record.config;
      record.seed = 2;
    });
    await expect(loadRun(id, 1)).rejects.toThrow(/it is the record of .*seed-2/);
  });

  it("is refused when its table is cut short", async () => {
    await saveRun(run);
    const file = join(runFolder(id, 1), "filters.parquet");
    writeFileSync(file, readFileSync(file).subarray(0, 500));
    await expect(loadRun(id, 1)).rejects.toThrow(/filters\.parquet is damaged/);
  });

  it("gives way to a new record when it is damaged, but not when it is a newer program's", async () => {
    await saveRun(run);
    edit((record) => {
      delete record.final;
    });
    expect(await saveRun(run)).toMatchObject({ saved: true });
    edit((record) => {
      record.version = 7;
    });
    expect(await saveRun(run)).toMatchObject({ saved: false });
  });

  it("stops no listing and is told in one line each", async () => {
    await saveRun(run);
    await saveRun(fakeRun(config(), 2));
    mkdirSync(join(folders.runs(), id, "seed-3.123-abc.tmp"));
    mkdirSync(join(folders.runs(), id, "seed-4"));
    mkdirSync(join(folders.runs(), "notes"));
    writeFileSync(join(folders.runs(), "README.md"), "");
    const { runs, problems } = await listRuns();
    expect(runs.map(({ record }) => record.seed)).toEqual([1, 2]);
    expect(problems).toHaveLength(2);
    expect(problems.join("\n")).toMatch(/seed-3\.123-abc\.tmp: left by a run that was cut off/);
    expect(problems.join("\n")).toMatch(/seed-4: damaged \(record\.json is missing\)/);
  });
});
