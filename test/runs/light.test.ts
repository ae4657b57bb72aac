import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../lib/paths.js";
import { decodeFilters } from "../../lib/runs/filters.js";
import { lightRun } from "../../lib/runs/light.js";
import { saveRun } from "../../lib/runs/save.js";
import { parseRecord } from "../../lib/runs/schema.js";
import { loadRun } from "../../lib/runs/store.js";
import { madeUpRun } from "../support/made-up-runs.js";
import { config, useTemporaryFolders } from "./support.js";

useTemporaryFolders();
const wide = config({ model: { widths: [16, 32, 32, 64, 64, 128, 128] }, steps: 5000 });

describe("a light run", () => {
  it("keeps the end and a tenth of the way, in the record as in the table", async () => {
    const run = madeUpRun(wide);
    const { record, filters } = lightRun(run);
    expect(record.probes.steps).toEqual([250, 5000]);
    expect(record.final).toEqual(run.record.final);
    expect(record.epochs).toEqual(run.record.epochs);
    const rows = [...run.filters.step.keys()].filter((row) => [250, 5000].includes(run.filters.step[row]!));
    for (const name of ["step", "layer", "filter", "gamma", "selectivity"] as const)
      expect([...filters[name]]).toEqual(rows.map((row) => run.filters[name][row]!));
    await saveRun({ record, filters });
    expect((await loadRun(record.id, 1)).filters.step).toEqual(filters.step);
  });

  it("of lite scale takes less than 25 kB", async () => {
    const committed = join(projectRoot, "data/runs/00b4ee2d3f25/seed-1");
    const parsed = parseRecord(readFileSync(join(committed, "record.json"), "utf8"));
    if (parsed.kind !== "record") throw new Error(`${committed} is no record`);
    const filters = decodeFilters(readFileSync(join(committed, "filters.parquet")));
    const { folder } = await saveRun(lightRun({ record: parsed.record, filters }));
    const sizes = ["record.json", "filters.parquet"].map((name) => statSync(join(folder, name)).size);
    expect(sizes[0]! + sizes[1]!).toBeLessThan(25_000);
    expect((await loadRun(parsed.record.id, 1)).record.final).toEqual(parsed.record.final);
  });
});
