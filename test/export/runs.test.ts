import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { tableFromIPC } from "@uwdata/flechette";
import { fromCSV } from "arquero";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { exportRuns } from "../../lib/export/runs.js";
import { measureNames, roundFilters } from "../../lib/runs/filters.js";
import type { Run } from "../../lib/runs/record.js";
import { saveRun } from "../../lib/runs/save.js";
import { listRuns } from "../../lib/runs/store.js";
import { command } from "../cli/command.js";
import { fakeRun } from "../runs/fake-run.mjs";
import { config, useTemporaryFolders } from "../runs/support.js";

const folders = useTemporaryFolders();

/** Three runs of two configurations with different options, the first with a gap and a diverged one's NaN. */
async function savedRuns(): Promise<Run[]> {
  const sgd = config({ optimizer: { name: "sgd", learningRate: 0.1, momentum: 0.9 } });
  const runs = [fakeRun(config(), 1, 3), fakeRun(config(), 2, 3), fakeRun(sgd, 1, 2)];
  runs[0]!.record.epochs[0]!.testLoss = Number.NaN;
  runs[0]!.filters.gamma[0] = Number.NaN;
  for (const run of runs) await saveRun(run, { place: "cache" });
  return runs.map((run) => ({ ...run, filters: roundFilters(run.filters) }));
}

async function exported(formats: Parameters<typeof exportRuns>[1]["formats"]) {
  const runs = await savedRuns();
  const directory = join(folders.root(), "out");
  const result = await exportRuns((await listRuns()).runs, {
    directory,
    formats,
    hypothesesOf: () => ["h01", "h03"],
  });
  return { runs, result, file: (name: string) => join(directory, name) };
}

/** What a table says of a run's filters, in the order of its rows. */
const columnOf = (rows: Record<string, unknown>[], { record }: Run, name: string) =>
  rows.filter(({ id, seed }) => id === record.id && Number(seed) === record.seed).map((row) => row[name]);

describe("an export that fails", () => {
  it("leaves the set of before as it was", async () => {
    const { file } = await exported(["csv", "parquet"]);
    const before = readdirSync(file(".")).map((name) => [name, readFileSync(file(name)).toString("hex")]);
    const { runs } = await listRuns();
    function* broken() {
      yield runs[1]!;
      throw new UserError("the table is damaged");
    }
    const work = exportRuns(broken(), { directory: file("."), formats: ["csv", "parquet"] });
    await expect(work).rejects.toThrow("the table is damaged");
    const after = readdirSync(file(".")).map((name) => [name, readFileSync(file(name)).toString("hex")]);
    expect(after).toEqual(before);
  });
});

describe("runs as CSV", () => {
  it("are tables with every number as it is on record", async () => {
    const { runs, result, file } = await exported(["csv"]);
    const read = (name: string) =>
      fromCSV(readFileSync(file(`${name}.csv`), "utf8"), { parse: { id: String } }).objects() as Record<
        string,
        unknown
      >[];
    expect(result.rows).toEqual({ runs: 3, epochs: 60, "epoch-layers": 120, layers: 6, filters: 192 });
    expect(result.files.map((path) => basename(path))).toEqual([
      "runs.csv",
      "epochs.csv",
      "epoch-layers.csv",
      "layers.csv",
      "filters.csv",
      "dictionary.csv",
    ]);
    // A column without a meaning is one that nobody can use.
    const dictionary = read("dictionary");
    expect(dictionary.map(({ Table }) => Table)).toEqual(expect.arrayContaining(Object.keys(result.rows)));
    expect(dictionary.filter(({ Meaning }) => !Meaning)).toEqual([]);

    const table = read("runs");
    const [adam] = table.filter(({ id, seed }) => id === runs[0]!.record.id && seed === 1);
    expect(adam).toMatchObject({
      arm: "Adam, no penalty",
      hypotheses: "h01 h03",
      status: "finished",
      "config.model.widths": "[8,16]",
      "config.optimizer.beta1": 0.9,
      "config.optimizer.momentum": null,
      "final.testError": runs[0]!.record.final.testError,
      "environment.engine": "wasm",
      "timing.seconds": 10,
    });

    const epochs = read("epochs");
    const [, second] = runs;
    expect(columnOf(epochs, second!, "trainLoss")).toEqual(second!.record.epochs.map((e) => e.trainLoss));
    expect(columnOf(epochs, runs[0]!, "testLoss")[0]).toBeNaN();
    const filters = read("filters");
    for (const run of runs) {
      for (const name of measureNames) {
        const values = columnOf(filters, run, name) as number[];
        expect(Float32Array.from(values), name).toEqual(run.filters[name]);
      }
      expect(columnOf(filters, run, "step")).toEqual([...run.filters.step]);
      expect(columnOf(filters, run, "name").at(-1)).toBe("C2");
    }
  });
});

describe("runs as Arrow and Parquet", () => {
  it("are the same tables, with types", async () => {
    const { runs, file } = await exported(["arrow", "parquet"]);
    const arrow = tableFromIPC(readFileSync(file("filters.arrow")));
    expect(arrow.getChild("gamma").type).toMatchObject({ precision: 1 });
    const parquet = await parquetReadObjects({ file: await asyncBufferFromFile(file("filters.parquet")) });
    for (const rows of [[...arrow] as Record<string, unknown>[], parquet]) {
      expect(rows).toHaveLength(192);
      for (const run of runs) {
        for (const name of [...measureNames, "step", "layer", "filter"] as const)
          expect(columnOf(rows, run, name), name).toEqual([...run.filters[name]]);
      }
    }
    const runsTable = await parquetReadObjects({ file: await asyncBufferFromFile(file("runs.parquet")) });
    expect(runsTable.map((row) => row["config.optimizer.momentum"] ?? null).sort()).toEqual([
      0.9,
      null,
      null,
    ]);
    expect(tableFromIPC(readFileSync(file("runs.arrow"))).numRows).toBe(3);
  });
});

describe("export", () => {
  it("writes what is asked for, and says what there is otherwise", async () => {
    const [first] = await savedRuns();
    const to = join(folders.root(), "out");
    const one = await command(
      `export --to ${to} --only ${first!.record.id}/2 --format csv,tensorboard --json`,
    );
    expect(one.code).toBe(0);
    expect(JSON.parse(one.stdout).runs).toBe(1);
    expect(readdirSync(join(to, "tensorboard"))).toEqual([`adam-no-penalty-${first!.record.id}`]);
    const none = await command(`export --to ${to} --only h01`);
    expect(none).toMatchObject({
      code: 2,
      lines: [expect.stringMatching(/no finished run of h01.*npm run runs/)],
    });
    const wrong = await command(`export --to ${to} --format parket`);
    expect(wrong).toMatchObject({
      code: 2,
      lines: [expect.stringMatching(/"parket". Did you mean parquet\?/)],
    });
  });
});
