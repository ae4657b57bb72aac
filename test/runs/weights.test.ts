import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { saveRun } from "../../lib/runs/save.js";
import { findWeights, loadWeights, saveWeights, weightsFiles } from "../../lib/runs/weights.js";
import { runWithWeights } from "../../lib/runs/with-weights.js";
import { fakeRun } from "./fake-run.mjs";
import { config, useTemporaryFolders } from "./support.js";

const folders = useTemporaryFolders();
const run = fakeRun(config(), 1);
const { id } = run.record;
const model = { ...run.record.model, parameters: 4 };
run.record.model = model;
const weights = {
  parameters: Float32Array.of(1, -2, 3, 0.5),
  statistics: Float32Array.of(0, 0.1, 1, 2),
};
const [parameters, statistics] = weightsFiles(id, 1) as [string, string];
const inCache = (path: string) => join(folders.cache(), path);
const sums = () => join(inCache(parameters), "../sha256.json");

/** The same change to weights that have no checksums. */
const old = (change: () => void) => () => {
  rmSync(sums());
  change();
};

describe("a run's weights", () => {
  it("come back as they were", async () => {
    await saveWeights(id, 1, weights);
    expect(await findWeights({ id, seed: 1, model })).toEqual({ state: "whole", weights });
    expect(await loadWeights(id, 1)).toEqual(weights);
  });

  it("of before there were checksums are taken", async () => {
    await saveWeights(id, 1, weights);
    rmSync(sums());
    expect(await findWeights({ id, seed: 1, model })).toEqual({ state: "whole", weights });
  });

  it.each<[string, () => void, RegExp]>([
    ["cut off", () => truncateSync(inCache(parameters), 9), /checksum of parameters/],
    ["cut off, of before checksums", old(() => truncateSync(inCache(parameters), 9)), /has 2 of 4/],
    ["without a part", () => rmSync(inCache(statistics)), /statistics.f32 is missing/],
    ["zeroed", () => writeFileSync(inCache(statistics), Buffer.alloc(16)), /checksum of statistics/],
    [
      "zeroed, of before checksums",
      old(() => writeFileSync(inCache(statistics), Buffer.alloc(16))),
      /no trained network/,
    ],
    ["mixed", () => cpSync(inCache(weightsFiles(id, 2)[0]!), inCache(parameters)), /checksum of parameters/],
    [
      "another run's, whole",
      () =>
        cpSync(join(inCache(weightsFiles(id, 2)[0]!), ".."), join(inCache(parameters), ".."), {
          recursive: true,
        }),
      /weights of [0-9a-f]+\/2/,
    ],
  ])("%s are damaged, with the reason, and trained again", async (_, change, reason) => {
    await saveRun({ ...run, weights });
    await saveWeights(id, 2, { ...weights, parameters: Float32Array.of(9, 9, 9, 9) });
    const before = readFileSync(inCache(parameters));
    change();
    expect(await findWeights({ id, seed: 1, model })).toMatchObject({
      state: "damaged",
      reason: expect.stringMatching(reason),
    });
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    const again = await runWithWeights(config(), { seed: 1, log, train: () => saveWeights(id, 1, weights) });
    expect(again.weights).toEqual(weights);
    expect(lines).toEqual([expect.stringMatching(/its weights in the cache are damaged/)]);
    expect(readFileSync(inCache(parameters))).toEqual(before);
  });
});
