import { beforeAll, describe, expect } from "vitest";
import { cutModel } from "../../lib/onnx/cut.js";
import { readModel } from "../../lib/onnx/file.js";
import { type Inspected, inspectModel } from "../../lib/onnx/inspect.js";
import { OnnxModel } from "../../lib/onnx/model.js";
import { type Difference, difference, outputsOf } from "../../lib/onnx/proof.js";
import { decodeModel, encodeModel, type ModelProto } from "../../lib/onnx/proto.js";
import { floatsOf } from "../../lib/onnx/tensor.js";
import { changed, drawImages, findImages, openFixture, temporaryFolder, withRuntime } from "./support.js";

const folder = temporaryFolder();
beforeAll(() => drawImages(folder));

const it = withRuntime();

async function differ(one: OnnxModel, other: OnnxModel, indices: readonly number[]): Promise<Difference> {
  const images = findImages(folder, one);
  const [before, after] = [await outputsOf(one, images, indices), await outputsOf(other, images, indices)];
  return difference(before, after, Object.keys(indices).map(Number));
}

/** Inspects a model on three quarters of the images; the rest is held out. */
async function inspect(
  model: OnnxModel,
  options: Partial<Parameters<typeof inspectModel>[2]> = {},
): Promise<Inspected & { heldOut: number[] }> {
  const images = findImages(folder, model);
  const [indices, heldOut] = images.split();
  return { ...(await inspectModel(model, images, { by: "activation", indices, ...options })), heldOut };
}

/** Widths of the layers of a model, by name of the weights before it was cut. */
const widths = ({ graph }: ModelProto): Record<string, number> =>
  Object.fromEntries(
    graph!.initializers
      .filter(({ dims }) => dims.length === 4)
      .map(({ name, dims }) => [name.replace(/\.weight(-cut)?$/, ""), dims[0]!]),
  );

let known: ReturnType<typeof inspect> | undefined;

/** Of "tiny", which nothing changes. */
function inspectTiny(): ReturnType<typeof inspect> {
  known ??= inspect(openFixture("tiny"));
  return known;
}

const layer = ({ inspection }: Inspected, name: string) =>
  inspection.layers.find((one) => one.name === name)!;

describe("cutting a model with residual sums, depthwise and grouped convolutions, a gate and concatenations", () => {
  it.each(["tiny", "tiny-folded"])(
    "leaves its outputs as they are, also on other images: %s",
    async (name) => {
      const model = openFixture(name);
      const inspected = await inspect(model);
      const { before, after } = inspected.inspection;
      expect(after.macs).toBeLessThan(0.7 * before.macs);
      expect(after.parameters).toBeLessThan(0.6 * before.parameters);
      for (const cut of [
        "stem.0",
        "second.0",
        "first.0",
        "project.0",
        "grow.0",
        "grouped.0",
        "squeeze",
        "hidden",
      ])
        expect(layer(inspected, cut).cut, cut).toBeGreaterThan(0);
      const [indices] = findImages(folder, model).split();
      for (const part of [indices, inspected.heldOut]) {
        const { largest, classifiedOtherwise } = await differ(model, inspected.cut.model, part);
        expect(largest).toBeLessThan(1e-5);
        expect(classifiedOtherwise).toBe(0);
      }
    },
  );

  it("gives layers that share channels the same width, and groups equal parts", async () => {
    const { cut } = await inspectTiny();
    const own = widths(cut.model.proto);
    expect(own["stem.0"]).toBe(own["second.0"]);
    expect(own["depthwise.0"]).toBe(own["expand.0"]);
    expect(own.excite).toBe(own["expand.0"]);
    expect(own["grouped.0"]! % 4).toBe(0);
  });

  it("counts by scale and by activation what the weights say", async () => {
    const model = openFixture("tiny");
    const inspected = await inspectTiny();
    for (const name of ["stem", "first", "last"]) {
      const gamma = model.floats(`${name}.1.weight`)!.data;
      const beta = model.floats(`${name}.1.bias`)!.data;
      const dead = [...gamma].map((value, filter) => value === 0 && beta[filter]! <= 0);
      const { inactiveByScale, inactiveByActivation } = layer(inspected, `${name}.0`);
      expect(inactiveByScale).toBe(gamma.filter((value) => value === 0).length);
      expect(inactiveByActivation).toBeGreaterThanOrEqual(dead.filter(Boolean).length);
    }
  });

  it("takes channels last, fixed batches, padding by name, and products whose sum stands behind them", async () => {
    const model = openFixture("channels-last");
    const inspected = await inspect(model);
    expect(model.input).toMatchObject({ channelsFirst: false, batch: 4 });
    // Of two constants one stays to carry both to the borders.
    expect(layer(inspected, "c1")).toMatchObject({ inactiveByActivation: 1, constant: 2, cut: 2 });
    expect(layer(inspected, "c2")).toMatchObject({ constant: 1, cut: 1 });
    expect(layer(inspected, "product").cut).toBeGreaterThan(0);
    expect((await differ(model, inspected.cut.model, inspected.heldOut)).largest).toBeLessThan(1e-5);
  });

  it("rounds widths up", async () => {
    const model = openFixture("tiny");
    const { cut } = await inspect(model, { multiple: 8 });
    const before = widths(model.proto);
    for (const [name, width] of Object.entries(widths(cut.model.proto)))
      expect(width % 8 === 0 || width === before[name], name).toBe(true);
    expect((await differ(model, cut.model, [0, 1])).largest).toBeLessThan(1e-5);
  });

  it("by scale takes what gamma 0 leaves as a constant, which it is", async () => {
    const model = openFixture("tiny");
    const inspected = await inspect(model, { by: "scale" });
    expect(layer(inspected, "first.0").cut).toBeGreaterThan(0);
    expect((await differ(model, inspected.cut.model, [0, 1, 2])).largest).toBeLessThan(1e-5);
  });

  it("would be seen if a filter that is alive went, or a constant", async () => {
    const model = openFixture("tiny");
    const { map, extremes, choice } = await inspectTiny();
    const first = map.layers.find(({ name }) => name === "first.0")!;
    const alive = first.classes.find((id) => !choice.removed.has(map.find(id)))!;
    const more = new Set([...choice.removed, map.find(alive)]);
    const wrong = cutModel(map, extremes, { ...choice, removed: more });
    expect((await differ(model, wrong.model, [0, 1])).largest).toBeGreaterThan(1e-4);
    const silent = new Map(
      [...extremes].map(([name, { min }]) => [name, { min, max: min.map((value) => -value) }]),
    );
    const dropped = cutModel(map, silent, choice);
    expect((await differ(model, dropped.model, [0, 1])).largest).toBeGreaterThan(1e-3);
  });

  it("never empties a layer", async () => {
    const path = changed(folder, "tiny", ({ graph }) => {
      for (const [name, value] of [
        ["first.1.weight", 0],
        ["first.1.bias", -1],
      ] as const) {
        const tensor = graph!.initializers.find((one) => one.name === name)!;
        tensor.raw = new Uint8Array(floatsOf(tensor).data.fill(value).buffer.slice(0, 64));
      }
    });
    const model = readModel(path);
    const inspected = await inspect(model);
    expect(layer(inspected, "first.0")).toMatchObject({ inactiveByActivation: 16, cut: 15 });
    expect(layer(inspected, "first.0").kept).toEqual({ "a layer would be left empty": 1 });
    expect((await differ(model, inspected.cut.model, [0, 1])).largest).toBeLessThan(1e-5);
  });

  it("leaves channels that an operator reads which it does not know, and says so", async () => {
    const path = changed(folder, "tiny", ({ graph }) => {
      const relu = graph!.nodes.find(({ op }) => op === "Relu")!;
      Object.assign(relu, { op: "LRN" });
      relu.attributes.push({ name: "size", type: 2, float: 0, int: 3, floats: [], ints: [] });
    });
    const model = readModel(path);
    const inspected = await inspect(model);
    expect(layer(inspected, "stem.0")).toMatchObject({ cut: 0, kept: { "read by LRN": 3 } });
    expect(layer(inspected, "first.0").cut).toBeGreaterThan(0);
    expect((await differ(model, inspected.cut.model, [0, 1])).largest).toBeLessThan(1e-5);
  });

  it("leaves the model that it was given as it is", async () => {
    const model = openFixture("tiny");
    const before = encodeModel(model.proto);
    await inspect(model);
    expect(Buffer.from(encodeModel(model.proto)).equals(before)).toBe(true);
    expect(new OnnxModel(decodeModel(before)).nodes).toHaveLength(model.nodes.length);
  });
});

it("a model that the runtime does not know ends in one line", async () => {
  const path = changed(folder, "tiny", ({ graph }) => Object.assign(graph!.nodes[2]!, { op: "Frobnicate" }));
  await expect(inspect(readModel(path))).rejects.toThrow(/ONNX Runtime does not open the model.*Frobnicate/);
});
