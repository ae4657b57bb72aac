import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Engine, openEngine } from "../../lib/engine/index.js";
import { parseRunConfig, type RunConfig, runId } from "../../lib/runs/config.js";
import type { RunRecord } from "../../lib/runs/record.js";
import { loadOrTrain } from "../../lib/runs/train.js";
import { loadWeights, weightsFiles } from "../../lib/runs/weights.js";
import { smokeConfig, useTemporaryFolders } from "./support.js";

const { cache } = useTemporaryFolders();
const parent = smokeConfig({ penalty: { l1Gamma: 1e-2 } });
const pruned = (changes: Partial<NonNullable<RunConfig["start"]>> = {}, from = parent): RunConfig =>
  parseRunConfig({
    ...smokeConfig({ steps: 20 }),
    start: { run: from, prune: { method: "slimming", share: 0.5 }, ...changes },
  });
const widths = ({ model }: RunRecord) => model.layers.map(({ filters }) => filters);
const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);

describe("a run that starts from another", () => {
  let engine: Engine;
  const lines: string[] = [];
  const train = (config: RunConfig) => {
    lines.length = 0;
    return loadOrTrain(config, { seed: 1, engine, place: "cache", log: (line) => lines.push(line) });
  };
  beforeAll(async () => {
    engine = await openEngine({ name: "wasm" });
  });

  it("trains that one first, and goes on with what is left of its weights", async () => {
    const { record, filters } = await train(pruned());
    expect(lines.join("\n")).toMatch(`trains ${runId(parent)}/1 first`);
    const whole = sum(parent.model.widths);
    expect(sum(widths(record))).toBe(whole / 2);
    const first = await loadWeights(runId(parent), 1);
    expect(first!.statistics).toHaveLength(2 * whole);
    // gamma before the first step is what it was at the parent's end, not 1.
    expect([...filters.gamma.slice(0, whole / 2)].some((gamma) => gamma === 1)).toBe(false);
    expect(record.config.start!.run).toEqual(parent);
    expect(record.final.step).toBe(20);

    // Or only with its architecture, for as many steps as cost the same.
    const longer = await train(pruned({ weights: "initial", budget: "compute" }));
    expect(lines.join("\n")).not.toMatch("first");
    expect([...longer.filters.gamma.slice(0, 4)]).toEqual([1, 1, 1, 1]);
    expect(widths(longer.record)).toEqual(widths(record));
    const { model, final } = longer.record;
    const { macs } = (await train(parent)).record.model;
    expect(final.step).toBe(Math.round((20 * macs) / model.macs));
    expect(final.step).toBeGreaterThan(20);
  });

  it("may start from one that was pruned itself", async () => {
    const { record } = await train(pruned({ prune: { method: "magnitude", share: 0.5 } }, pruned()));
    expect(sum(widths(record))).toBeLessThan(sum(parent.model.widths) / 3);
    expect(lines.filter((line) => /trains .* first/.test(line))).toHaveLength(2);
  });

  it("trains the other again where its weights are gone, and leaves its record", async () => {
    const before = await train(parent);
    const [file] = weightsFiles(runId(parent), 1);
    await rm(dirname(join(cache(), file!)), { recursive: true });
    await train(pruned());
    expect(lines.join("\n")).toMatch("its weights are not in the cache");
    expect((await train(parent)).record.timing).toEqual(before.record.timing);
  });

  it("fails where the other diverged", async () => {
    const { optimizer } = smokeConfig({ optimizer: { name: "sgd", learningRate: 100, momentum: 0.9 } });
    const diverging = parseRunConfig({ ...parent, optimizer, penalty: { lambda: 1 }, steps: 400 });
    await expect(train(pruned({}, diverging))).rejects.toThrow(/diverged. Choose another/);
  });
});
