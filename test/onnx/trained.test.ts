import { beforeAll, describe, expect } from "vitest";
import type { z } from "zod";
import { type Engine, openEngine } from "../../lib/engine/index.js";
import type { modelSchema } from "../../lib/models/config.js";
import { checkExport } from "../../lib/onnx/check.js";
import { inspectModel } from "../../lib/onnx/inspect.js";
import { OnnxModel } from "../../lib/onnx/model.js";
import { difference, outputsOf } from "../../lib/onnx/proof.js";
import { decodeModel } from "../../lib/onnx/proto.js";
import { encodeOnnx } from "../../lib/onnx/trained.js";
import { fuseNormalization } from "../../lib/pruning/fuse.js";
import { cutChannels } from "../../lib/pruning/surgery.js";
import { models, others, randomModel, setChannels } from "../pruning/support.js";
import { drawImages, findImages, temporaryFolder, withRuntime } from "./support.js";

const it = withRuntime();
const normalization = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.3] };

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ name: "wasm" });
});

describe("a network of this project as an ONNX model", () => {
  const { basicnet, vgg, basic, bottleneck } = models;
  it.each(
    Object.entries({
      ...{ basicnet, vgg, basic, bottleneck },
      "leaky ReLU": { ...basicnet, activation: "leaky-relu", negativeSlope: 0.1 },
      ELU: { ...basicnet, activation: "elu" },
      GELU: { ...basicnet, activation: "gelu" },
      SiLU: { ...basic, activation: "silu" },
      "no normalization": { ...basicnet, normalization: "none" },
      "layer normalization": { ...basic, normalization: "layer" },
      "group normalization": { widths: [4, 8, 4], normalization: "group", groups: 2 },
    } as const satisfies Record<string, z.input<typeof modelSchema>>),
  )("gives the same logits in ONNX Runtime: %s", async (_, input) => {
    const trained = randomModel(input);
    const bytes = encodeOnnx(trained, { normalization });
    expect(await checkExport(trained, bytes, engine)).toBeLessThan(1e-5);
  });

  it("is refused where it is another network", async () => {
    const [one, other] = [1, 2].map((seed) => randomModel(basicnet, seed));
    const bytes = encodeOnnx(other!, { normalization });
    await expect(checkExport(one!, bytes, engine)).rejects.toThrow(/is not the network.*Nothing is written/);
  });

  const folder = temporaryFolder();
  it.each(Object.entries(models))(
    "is cut to the same widths and the same function as the network itself: %s",
    async (_, input) => {
      const trained = randomModel(input);
      const dead = trained.network.groups.map(({ channels }, group) => [group % channels]);
      setChannels(trained, dead, { gamma: 0, beta: -1 });
      const cut = cutChannels(trained, { kept: others(trained, dead) });
      await drawImages(folder);
      const model = new OnnxModel(decodeModel(encodeOnnx(trained, { normalization })));
      const images = findImages(folder, model);
      const indices = [...Array(images.count).keys()];
      const inspected = await inspectModel(model, images, { by: "activation", indices });
      const left = inspected.inspection.layers.map(({ filters, cut }) => filters - cut);
      // Random networks have some more that no image wakes.
      for (const [index, { filters }] of cut.network.layers.entries())
        expect(left[index]).toBeLessThanOrEqual(filters);
      const own = new OnnxModel(decodeModel(encodeOnnx(cut, { normalization })));
      const [a, b] = [
        await outputsOf(inspected.cut.model, images, indices),
        await outputsOf(own, images, indices),
      ];
      expect(difference(a, b, indices).largest).toBeLessThan(1e-5);
    },
  );

  it("is one that can be inspected again, and says what its images were normalized with", () => {
    const bytes = encodeOnnx(fuseNormalization(randomModel(basicnet)), { normalization });
    const { proto, input } = new OnnxModel(decodeModel(bytes));
    expect(input).toEqual({
      name: "images",
      channelsFirst: true,
      channels: 3,
      batch: null,
      height: 8,
      width: 8,
    });
    const metadata = Object.fromEntries(proto.metadata.map(({ key, value }) => [key, JSON.parse(value)]));
    expect(metadata).toEqual({ classes: ["a", "b", "c"], ...normalization });
  });
});
