import { describe, expect, it } from "vitest";
import { syntheticDataset } from "../../lib/datasets/synthetic.js";
import { openEngine } from "../../lib/engine/index.js";
import { basicNet, initialParameters } from "../../lib/models/index.js";
import type { Normalization } from "../../lib/models/normalization.js";
import { chain, scaleByLearningRate } from "../../lib/optimizers/index.js";
import { openRandom } from "../../lib/random.js";
import { parseRunConfig } from "../../lib/runs/config.js";
import { BatchMaker } from "../../lib/training/batches.js";
import { Trainer } from "../../lib/training/trainer.js";

const widths = [4, 4, 4, 4, 4, 4, 4];
const run = (changes: object) =>
  parseRunConfig({
    dataset: { name: "synthetic", source: "builtin", size: 8 },
    model: { widths },
    optimizer: { name: "sgd", learningRate: 0.1 },
    batchSize: 1,
    steps: 1,
    ...changes,
  });

describe("normalization over a single value", () => {
  it("is refused with the reason in a run's configuration, where the last map is 1x1", () => {
    expect(() => run({})).toThrow(
      /Batch normalization of C7 would see a single value per channel: a mini-batch of one image on a 1x1 map/,
    );
    expect(() => run({ model: { widths, normalization: "group", groups: 4 } })).toThrow(
      /Group normalization of C7 would see a single value per group/,
    );
  });

  it("is none with a second image, a larger map, more channels to a group, or without normalization", () => {
    run({ batchSize: 2 });
    run({ dataset: { name: "synthetic", source: "builtin", size: 16 } });
    for (const normalization of ["layer", "none"]) run({ model: { widths, normalization } });
    run({ model: { widths, normalization: "group", groups: 2 } });
  });

  it.each([
    [{ name: "batch" } as const, 1],
    [{ name: "group", groups: 4 } as const, 2],
  ] satisfies [Normalization, number][])(
    "is refused in a loop of one's own before the first step: %j",
    async (normalization, batchSize) => {
      const dataset = syntheticDataset({ size: 8 });
      const network = basicNet({ widths, input: [8, 8, 3], classes: 4, normalization });
      const first = async () => {
        const trainer = new Trainer({
          ...{
            network,
            batchSize,
            engine: await openEngine({ name: "wasm" }),
            chain: chain(scaleByLearningRate(0.1)),
          },
          initial: initialParameters(network.layout, openRandom(1, "init")),
        });
        const indices = Uint32Array.from({ length: batchSize }, (_, i) => i);
        trainer.step(new BatchMaker(dataset).trainingBatch(dataset.train, { epoch: 0, indices }), 1);
      };
      await expect(first()).rejects.toThrow(/normalization of C7 would see a single value/);
    },
  );
});
