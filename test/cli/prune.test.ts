import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { openEngine } from "../../lib/engine/index.js";
import { createNetwork } from "../../lib/models/index.js";
import { readModel } from "../../lib/onnx/file.js";
import { runId } from "../../lib/runs/config.js";
import { executeRun } from "../../lib/runs/execute.js";
import { imagesOf } from "../../lib/runs/model-of.js";
import type { Run } from "../../lib/runs/record.js";
import { saveRun } from "../../lib/runs/save.js";
import { recordFile, runFolder } from "../../lib/runs/store.js";
import { saveWeights, weightsFiles } from "../../lib/runs/weights.js";
import { smokeConfig, useTemporaryFolders } from "../runs/support.js";
import { command } from "./command.js";

const { root, cache } = useTemporaryFolders();
const config = smokeConfig();
const id = runId(config);
const env = { FILTER_SPARSITY_ENGINE: "wasm" };
const prune = (words: string) => command(`prune ${id} --out ${join(root(), "out")} ${words}`, { env });

let run: Run | undefined;
beforeEach(async () => {
  run ??= await executeRun(config, { engine: await openEngine({ name: "wasm" }), seed: 1 });
  await saveRun(run, { place: "cache" });
});

/** Sets gamma of all filters of C2 and of half of C4 to 0. */
async function killSome({ record, weights }: Run): Promise<void> {
  const { layers, layout } = createNetwork(config.model, imagesOf(record));
  const parameters = weights!.parameters.slice();
  for (const [layer, count] of [
    [1, 4],
    [3, 3],
  ] as const)
    layout.view(parameters, layout.slots[layers[layer]!.gamma!]!).fill(0, 0, count);
  await saveWeights(id, 1, { ...weights!, parameters });
}

describe("prune", () => {
  it("cuts, keeps the last filter of a layer, saves, times, and tells it all as JSON", async () => {
    await killSome(run!);
    const { code, stdout, stderr } = await prune(
      "--by scale --round 4 --batch 1,3 --seconds 0.02 --engine wasm --json",
    );
    expect(stderr).toMatch("note No filter of C2 would be left: the strongest stays");
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toEqual(JSON.parse(readFileSync(join(root(), "out", "report.json"), "utf8")));
    expect(report).toMatchObject({ run: { id, seed: 1 }, prune: { method: "scale" }, changed: true });
    const [unpruned, pruned, rounded] = report.variants;
    expect(pruned.layers.map(({ remaining }: { remaining: number }) => remaining)).toEqual([4, 1, 6, 3, 8]);
    expect(rounded.layers.map(({ remaining }: { remaining: number }) => remaining)).toEqual([4, 4, 6, 4, 8]);
    expect(pruned.spared).toEqual(["C2"]);
    expect(unpruned.deviation.largest).toBeLessThan(1e-4);
    expect(pruned.deviation.images).toBe(1000);
    expect(pruned.cost.macs).toBeLessThan(rounded.cost.macs);
    const { latencies } = report.latency;
    expect(latencies).toHaveLength(6);
    for (const { batch, milliseconds, speedup, macReduction } of latencies) {
      expect([1, 3]).toContain(batch);
      expect(milliseconds.low).toBeLessThanOrEqual(milliseconds.median);
      expect(speedup.median * macReduction).toBeGreaterThan(0);
    }
    const { weightsManifest } = JSON.parse(readFileSync(join(root(), "out", "model.json"), "utf8"));
    expect(weightsManifest[0].weights[0].shape).toEqual([3, 3, 3, 4]);
    const values = weightsManifest[0].weights.map(({ shape }: { shape: number[] }) =>
      shape.reduce((product, length) => product * length, 1),
    );
    expect(pruned.cost.parameters).toBe(values.reduce((sum: number, count: number) => sum + count, 0));
  });

  it("says where there is nothing to cut, and saves the network unchanged", async () => {
    const { code, stdout, stderr } = await prune("");
    expect(stderr).toMatch(`note Run ${id}/1 has nothing to cut by activation: it is left unchanged.`);
    expect(stdout).toMatch(/all filters +28 +28/);
    expect(stdout).toMatch("model.json, weights.bin, model.onnx, report.json");
    expect(code).toBe(0);
  });

  it("leaves one whole set: nothing of an earlier model, nor of a process that was killed", async () => {
    const out = join(root(), "out");
    const left = join(out, `.staged-${hostname().replace(/[^\w.]/g, "")}-999999999-0123abcd.tmp`);
    for (const folder of [left, join(out, "saved_model")]) mkdirSync(folder, { recursive: true });
    for (const file of ["model.json", "notes.txt", "saved_model/saved_model.pb"])
      writeFileSync(join(out, file), "earlier");
    expect((await prune("--no-latency")).code).toBe(0);
    const files = readdirSync(out, { recursive: true }).sort();
    expect(files).toEqual([
      "model.json",
      "model.onnx",
      "notes.txt",
      "report.json",
      "saved_model",
      "weights.bin",
    ]);
    expect(readFileSync(join(out, "model.json"), "utf8")).toMatch("weightsManifest");
  });

  it("offers to train again where the weights are gone, and does", async () => {
    await rm(dirname(join(cache(), weightsFiles(id, 1)[0]!)), { recursive: true });
    const refused = await prune("");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/weights are not in the cache .*Add --retrain to train it again/);
    const { code, stderr } = await prune("--retrain --no-latency");
    expect(stderr).toMatch(/trains .* first.*\n.*step/);
    expect(code).toBe(0);
  });

  it("refuses a record of another version", async () => {
    const path = join(runFolder(id, 1, "cache"), recordFile);
    writeFileSync(path, readFileSync(path, "utf8").replace(/"version": \d+/, '"version": 1'));
    const { code, lines } = await prune("");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/layout version 1, this program reads \d+\. Train the run again/);
    expect(code).toBe(1);
  });

  it.each([
    ["prune 012345678901 --out x", 1, /Run 012345678901\/1 has no record/],
    ["prune mine --out x", 2, /The run is "mine"\. Expected ID or ID\/SEED/],
    ["prune 012345678901", 2, /required option '--out <dir>' not specified/],
    ["prune 012345678901 --out x --by slimming", 2, /--by slimming needs --share/],
    ["prune 012345678901 --out x --share 0.5", 2, /--share goes with --by slimming or magnitude/],
    ["prune 012345678901 --out x --by size", 2, /Unknown method "size"/],
    ["prune 012345678901 --out x --batch 1,0", 2, /--batch is "0"/],
  ])("ends in one line: %s", async (words, exit, line) => {
    const { code, lines } = await command(words);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
    expect(code).toBe(exit);
  });
});

describe("export to ONNX", () => {
  const exportModels = () =>
    command(`export --to ${join(root(), "out")} --only ${id} --format onnx`, { env });

  it("writes a run's network as it was trained", async () => {
    const { code, stdout, stderr } = await exportModels();
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^note The models are not checked/),
    });
    expect(stdout).toMatch("models");
    const { input, nodes } = readModel(join(root(), "out", "models", `${id}-1.onnx`));
    expect(input).toMatchObject({ channels: 3, batch: null, height: run!.record.config.dataset.size });
    expect(nodes.filter(({ op }) => op === "BatchNormalization")).toHaveLength(config.model.widths.length);
  });

  it("says of which runs the weights are gone", async () => {
    for (const file of weightsFiles(id, 1)) await rm(join(cache(), file), { force: true });
    const { code, stderr } = await exportModels();
    expect(stderr).toMatch(`note Run ${id}/1 has no weights in the cache, and so no ONNX model`);
    expect(code).toBe(0);
  });
});
