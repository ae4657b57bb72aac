import { describe, expect, it } from "vitest";
import { type CrateRun, crateOf, type Entity } from "../../lib/archive/crate.js";
import { parseRunConfig } from "../../lib/runs/config.js";
import { fakeRun } from "../runs/fake-run.mjs";
import { validateCrate } from "../support/linters.mjs";

const about = {
  ...{ title: "A paper", description: "All of it", version: "1.0.0", license: "MIT", authors: ["Authors"] },
  ...{ keywords: ["sparsity"], date: "2026-11-28T08:00:00+00:00", parts: { "lib/": "Code" } },
};

const config = parseRunConfig({
  dataset: { name: "synthetic", source: "builtin", size: 8, trainImages: 200 },
  model: { widths: [8, 8] },
  optimizer: { name: "adam", learningRate: 1e-2 },
  steps: 60,
});
const runs: CrateRun[] = [1, 2].map((seed) => ({
  record: fakeRun(config, seed).record,
  name: "SGD+momentum, no penalty",
  folder: `data/runs/x/seed-${seed}`,
  files: [
    { name: "record.json", bytes: 10 },
    { name: "filters.parquet", bytes: 20 },
  ],
}));

const files = ["lib/", ...runs.flatMap((run) => run.files.map(({ name }) => `${run.folder}/${name}`))];
const graphOf = (crate: object) => (crate as { "@graph": Entity[] })["@graph"];

describe("the metadata of an archive", () => {
  it("is an RO-Crate by a kept validator, all of whose terms are in the vocabulary", async () => {
    expect(await validateCrate(crateOf(about, runs), files)).toEqual({ problems: [], unknown: [] });
  });

  it("is refused by it without a licence, or with a file that is not there", async () => {
    const broken = crateOf(about, runs);
    delete graphOf(broken)[1]!.license;
    const { problems } = await validateCrate(broken, files.slice(1));
    expect(problems.join()).toMatch(/license.*lib\//);
  });

  it("has one action a run, from its data by its engine to its files", () => {
    const graph = graphOf(crateOf(about, runs));
    const actions = graph.filter((entity) => entity["@type"] === "CreateAction");
    expect(actions.map(({ name }) => name)).toEqual([
      "SGD+momentum, no penalty, seed 1",
      "SGD+momentum, no penalty, seed 2",
    ]);
    const [{ startTime, endTime, result }] = actions as [Entity];
    const { startedAt, seconds } = runs[0]!.record.timing;
    expect(startTime).toBe(startedAt);
    expect(Date.parse(endTime as string) - Date.parse(startedAt)).toBeCloseTo(1000 * seconds, -1);
    expect(result).toEqual([
      { "@id": "data/runs/x/seed-1/record.json" },
      { "@id": "data/runs/x/seed-1/filters.parquet" },
    ]);
  });

  it("refers to nothing that it does not describe", () => {
    const graph = graphOf(crateOf(about, runs));
    const known = new Set(graph.map((entity) => entity["@id"]));
    const referred = [...JSON.stringify(graph.slice(1)).matchAll(/\{"@id":"([^"]+)"\}/g)].map(
      ([, id]) => id!,
    );
    expect(referred.length).toBeGreaterThan(10);
    expect(referred.filter((id) => !known.has(id))).toEqual([]);
    expect(known.size).toBe(graph.length);
  });
});
