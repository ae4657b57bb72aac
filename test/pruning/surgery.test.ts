import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, openEngine } from "../../lib/engine/index.js";
import { geometryMacs, networkGeometry } from "../../lib/models/geometry.js";
import { createNetwork, publishedResNet } from "../../lib/models/index.js";
import { activationValue } from "../../lib/pruning/constants.js";
import { fuseNormalization } from "../../lib/pruning/fuse.js";
import type { TrainedModel } from "../../lib/pruning/model.js";
import { cutChannels } from "../../lib/pruning/surgery.js";
import {
  images,
  keepCenters,
  largestDifference,
  modelConfig,
  models,
  others,
  randomModel,
  setChannels,
} from "./support.js";

let engine: Engine;
let batch: tf.Tensor4D;
beforeAll(async () => {
  engine = await openEngine({ name: "wasm" });
  batch = tf.randomNormal([5, 8, 8, 3], 0, 1, "float32", 7);
});
afterAll(() => batch.dispose());

const differ = (a: TrainedModel, b: TrainedModel) => largestDifference(a, b, batch, engine);

/** Two channels of every group, one of a small one. */
const someChannels = ({ network }: TrainedModel) =>
  network.groups.map(({ channels }, group) => (channels > 4 ? [group % 4, 4] : [group % 4]));

const kinds = Object.entries(models);

describe("cutting channels", () => {
  it.each(kinds)("of %s that emit nothing leaves the logits as they are", (_, input) => {
    const model = randomModel(input);
    const dead = someChannels(model);
    setChannels(model, dead, { gamma: 1e-9, beta: -1 });
    const kept = others(model, dead);
    const cut = cutChannels(model, { kept });
    expect(cut.network.widths).toEqual(
      model.network.layers.flatMap(({ listed, group }) => (listed ? [kept[group]!.length] : [])),
    );
    expect(cut.network.macs).toBeLessThan(model.network.macs);
    expect(differ(model, cut)).toBeLessThan(1e-5);
    expect(differ(model, cutChannels(model, { kept, emits: "constant" }))).toBeLessThan(1e-5);
  });

  it.each(kinds)(
    "of %s that emit a constant moves it to where it is read, exact but at borders",
    (_, input) => {
      const model = randomModel(input);
      const dead = someChannels(model);
      setChannels(model, dead, { gamma: 0, beta: 0.4 });
      const kept = others(model, dead);
      const constant = { kept, emits: "constant" } as const;
      // Padding shows only where a kernel is wider than a pixel.
      const [withBorders, without] = [
        differ(model, cutChannels(model, constant)),
        differ(model, cutChannels(model, { kept })),
      ];
      expect(withBorders).toBeGreaterThan(1e-3);
      expect(withBorders).toBeLessThan(without);
      keepCenters(model);
      expect(differ(model, cutChannels(model, constant))).toBeLessThan(1e-5);
      expect(differ(model, cutChannels(model, { kept }))).toBeGreaterThan(1e-2);
    },
  );

  it("of a network with biases in place of normalization, too", () => {
    const model = randomModel({ ...models.basicnet, normalization: "none" });
    const dead = someChannels(model);
    setChannels(model, dead, { gamma: 0, beta: -100 });
    expect(differ(model, cutChannels(model, { kept: others(model, dead) }))).toBeLessThan(1e-5);
  });

  it("is refused where normalization goes over several channels", () => {
    const model = randomModel({ widths: [4, 4], normalization: "layer" });
    const kept = others(model, [[0], [0]]);
    expect(() => cutChannels(model, { kept })).toThrow(/layer normalization.*Expected batch/);
  });
});

describe("fusing batch normalization", () => {
  it.each(kinds)("of %s gives the same logits without gammas", (_, input) => {
    const model = randomModel(input);
    const fused = fuseNormalization(model);
    expect(fused.model.normalization).toBe("none");
    expect(fused.network.layout.slots.some(({ role }) => role === "gamma")).toBe(false);
    expect(differ(model, fused)).toBeLessThan(1e-5);
    expect(fuseNormalization(fused)).toBe(fused);
  });

  it("is refused for normalization that depends on the image", () => {
    expect(() => fuseNormalization(randomModel({ widths: [4, 4], normalization: "layer" }))).toThrow(
      /depends on each image/,
    );
  });
});

describe("geometry", () => {
  it.each([
    ...kinds.map(([, input]) => input),
    { name: "vgg" as const, widths: Array<number>(13).fill(3) },
    ...([20, 50] as const).map((depth) => ({ name: "resnet" as const, ...publishedResNet(depth, 1 / 8) })),
  ])("knows layers, groups and cost of a network without tfjs (%#)", (input) => {
    const model = modelConfig({ ...input, widths: [...input.widths] } as Parameters<typeof modelConfig>[0]);
    for (const side of [8, 32]) {
      const network = createNetwork(model, { ...images, height: side, width: side });
      const geometry = networkGeometry(model, side);
      const place = ({ name, filters, offset, group, listed }: (typeof geometry)[number]) => ({
        name,
        filters,
        offset,
        group,
        listed,
      });
      expect(geometry.map(place)).toEqual(network.layers.map((layer) => place({ ...layer } as never)));
      expect(geometryMacs(geometry, { classes: 3 })).toBe(network.macs);
    }
  });
});

describe("a nonlinearity at one number", () => {
  it.each(["relu", "leaky-relu", "elu", "gelu", "silu"] as const)("%s is the engine's", (name) => {
    const model = { activation: name, negativeSlope: 0.1 };
    for (const x of [-2, -0.3, 0, 0.7, 3]) {
      const own = tf.tidy(() => {
        const activation = name === "leaky-relu" ? { name, negativeSlope: 0.1 } : { name };
        return engine.ops.activate(tf.tensor4d([x], [1, 1, 1, 1]), activation).dataSync()[0]!;
      });
      expect(activationValue(x, model)).toBeCloseTo(own, 5);
    }
  });
});
