import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readModel } from "../../lib/onnx/file.js";
import type { ModelProto } from "../../lib/onnx/proto.js";
import { readScales } from "../../lib/onnx/scales.js";
import { changed, drawImages, findImages, fixture, openFixture, temporaryFolder } from "./support.js";

const folder = temporaryFolder();
const weights = ({ graph }: ModelProto) => graph!.initializers.find(({ dims }) => dims.length === 4)!;
const input = ({ graph }: ModelProto) => graph!.inputs.find(({ name }) => name === "images")!.type!.tensor!;

describe("a file that cannot be inspected is refused in one line", () => {
  it.each<[string, (model: ModelProto) => void, RegExp]>([
    [
      "float16",
      (model) => Object.assign(weights(model), { dataType: 10 }),
      /weights "\S+" are float16\. Expected/,
    ],
    [
      "quantized",
      ({ graph }) => Object.assign(graph!.nodes[0]!, { op: "QLinearConv" }),
      /quantized \(QLinearConv\)\. Expected float32/,
    ],
    [
      "branches",
      ({ graph }) => {
        const attribute = { name: "then_branch", type: 5, float: 0, int: 0, floats: [], ints: [], graph: {} };
        graph!.nodes[0]!.attributes.push(attribute);
      },
      /has control flow/,
    ],
    [
      "weights in a file that is missing",
      (model) => {
        const external = [{ key: "location", value: "weights.bin" }];
        Object.assign(weights(model), { raw: undefined, location: 1, external });
      },
      /weights in weights\.bin, which is not there\. Put that file beside it/,
    ],
    [
      "weights outside its folder",
      (model) => {
        const external = [{ key: "location", value: "../weights.bin" }];
        Object.assign(weights(model), { raw: undefined, location: 1, external });
      },
      /weights outside its folder/,
    ],
    [
      "words",
      (model) => Object.assign(input(model), { elementType: 7 }),
      /input "images" is int64\. Expected one input/,
    ],
    ["vectors", (model) => input(model).shape!.dims.pop(), /has the shape \[\?, 3, 8\]\. Expected one input/],
    [
      "fewer values than a shape says",
      (model) => Object.assign(weights(model), { raw: weights(model).raw!.slice(4) }),
      /has 323 values, its shape is 12x3x3x3: the file is damaged/,
    ],
  ])("%s", (_, change, message) => {
    const path = changed(folder, "tiny", change);
    expect(() => readModel(path).floats("stem.0.weight")).toThrow(message);
  });

  it("not a model, or half of one", () => {
    const text = join(folder, "text.onnx");
    writeFileSync(text, "no model, but long enough to be read as one\n");
    const half = join(folder, "half.onnx");
    writeFileSync(half, readFileSync(fixture("tiny")).subarray(0, 30_000));
    for (const path of [text, half])
      expect(() => readModel(path)).toThrow(/is no ONNX model, or is cut short/);
    expect(() => readModel(join(folder, "none.onnx"))).toThrow(/does not exist/);
    expect(() => readModel(folder)).toThrow(/is no file/);
  });
});

it("weights in a file beside the model are read from there", () => {
  const whole = openFixture("tiny").floats("stem.0.weight");
  const path = changed(folder, "tiny", (model) => {
    const tensor = weights(model);
    writeFileSync(join(folder, "beside.bin"), Buffer.concat([Buffer.alloc(8), tensor.raw!]));
    const entries = { location: "beside.bin", offset: "8", length: `${tensor.raw!.length}` };
    const external = Object.entries(entries).map(([key, value]) => ({ key, value }));
    Object.assign(tensor, { raw: undefined, location: 1, external });
  });
  expect(readModel(path).floats("stem.0.weight")).toEqual(whole);
});

describe("images that do not fit are refused in one line", () => {
  const places = { folder: temporaryFolder(), larger: temporaryFolder() };

  it("too small, none, no folder, or of a size that nobody says", async () => {
    await drawImages(places.folder, { count: 1, side: 6 });
    const model = openFixture("tiny");
    await expect(findImages(places.folder, model).batch([0])).rejects.toThrow(
      /has 6x6 pixels, the model takes 8x8\. Images are not enlarged/,
    );
    expect(() => findImages(folder, model)).toThrow(/has no images/);
    expect(() => findImages(join(folder, "none"), model)).toThrow(/is no folder/);
    const open = changed(folder, "tiny", (proto) => {
      for (const dim of input(proto).shape!.dims.slice(2)) delete dim.value;
    });
    expect(() => findImages(places.folder, readModel(open))).toThrow(
      /leaves the size of its images open\. Say it/,
    );
  });

  it("larger ones are averaged down, channel by channel, and normalized", async () => {
    await drawImages(places.larger, { count: 1, side: 16 });
    const images = findImages(places.larger, openFixture("tiny"));
    const values = await images.batch([0]);
    const { default: sharp } = await import("sharp");
    const pixels = await sharp(join(places.larger, "0.png")).raw().toBuffer();
    // The mean of the first four pixels of the second channel.
    const mean = [0, 1, 16, 17].reduce((sum, at) => sum + pixels[3 * at + 1]!, 0) / 4;
    expect(values[64]).toBeCloseTo((Math.round(mean) / 255 - 0.5) / 0.25, 5);
  });
});

describe("by scale alone", () => {
  it("counts gammas below the threshold, also of a PyTorch state dict and of a TensorFlow.js model", () => {
    const layers = readScales(fixture("tiny"));
    const stem = layers.find(({ name }) => name === "stem.0")!;
    const gamma = openFixture("tiny").floats("stem.1.weight")!.data;
    expect(stem).toEqual({
      name: "stem.0",
      filters: 12,
      inactiveByScale: gamma.filter((value) => value === 0).length,
    });
    expect(stem.inactiveByScale).toBeGreaterThan(0);
    const bytes = Buffer.from(gamma.buffer, gamma.byteOffset, gamma.byteLength);
    const tensor = (start: number) => ({ dtype: "F32", shape: [12], data_offsets: [start, start + 48] });
    const header = JSON.stringify({ "norm.weight": tensor(0), "norm.running_mean": tensor(48) });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const states = join(folder, "states.safetensors");
    writeFileSync(states, Buffer.concat([length, Buffer.from(header), bytes, bytes]));
    const inactiveByScale = stem.inactiveByScale;
    expect(readScales(states)).toEqual([{ name: "norm", filters: 12, inactiveByScale }]);
    writeFileSync(join(folder, "weights.bin"), bytes);
    const manifest = [
      { paths: ["weights.bin"], weights: [{ name: "C1/gamma", shape: [12], dtype: "float32" }] },
    ];
    writeFileSync(join(folder, "model.json"), JSON.stringify({ weightsManifest: manifest }));
    expect(readScales(join(folder, "model.json"))).toEqual([{ name: "C1", filters: 12, inactiveByScale }]);
  });

  it("refuses what has no scale, is cut short or a pickle", () => {
    const pickle = join(folder, "model.pth");
    copyFileSync(fixture("tiny"), pickle);
    expect(() => readScales(pickle)).toThrow(/is a pickle.*Save it as \.safetensors/);
    const short = join(folder, "short.safetensors");
    writeFileSync(short, readFileSync(fixture("tiny")).subarray(0, 100));
    expect(() => readScales(short)).toThrow(/is no safetensors file/);
    writeFileSync(join(folder, "empty.json"), "{}");
    expect(() => readScales(join(folder, "empty.json"))).toThrow(/has no weightsManifest/);
  });
});
