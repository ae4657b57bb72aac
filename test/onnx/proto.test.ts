import { readFileSync } from "node:fs";
import { PbfWriter } from "pbf";
import { describe, expect, it } from "vitest";
import { decodeModel, encodeModel } from "../../lib/onnx/proto.js";
import { floatsOf } from "../../lib/onnx/tensor.js";
import { decoded, fixture } from "./support.js";

describe("ONNX's messages", () => {
  it("are read as PyTorch wrote them", () => {
    const { graph, opsets, irVersion } = decoded("tiny");
    expect(opsets).toMatchObject([{ version: 17 }]);
    expect(irVersion).toBe(8);
    expect(graph!.nodes.map(({ op }) => op).slice(0, 3)).toEqual(["Conv", "BatchNormalization", "Relu"]);
    const pads = graph!.nodes[0]!.attributes.find(({ name }) => name === "pads");
    expect(pads!.ints).toEqual([1, 1, 1, 1]);
    const weights = graph!.initializers.find(({ name }) => name === "stem.0.weight")!;
    const { dims, data } = floatsOf(weights);
    expect(dims).toEqual([12, 3, 3, 3]);
    // PyTorch draws them from -1/sqrt(27) to 1/sqrt(27).
    expect(Math.max(...data)).toBeLessThanOrEqual(27 ** -0.5);
    expect(Math.min(...data)).toBeGreaterThanOrEqual(-(27 ** -0.5));
    expect(new Set(data).size).toBeGreaterThan(300);
  });

  it.each(["tiny", "tiny-folded"])("are the same when they are written and read again: %s", (name) => {
    const model = decoded(name);
    const bytes = Buffer.from(encodeModel(model));
    const again = decodeModel(bytes);
    expect(again.graph!.nodes).toEqual(model.graph!.nodes);
    expect(again.graph!.initializers.map((tensor) => tensor.raw!.length)).toEqual(
      model.graph!.initializers.map((tensor) => tensor.raw!.length),
    );
    expect(bytes.equals(encodeModel(again))).toBe(true);
  });

  it("keep fields that are not known", () => {
    const training = new PbfWriter();
    const entry = (text: string, pbf: PbfWriter) => pbf.writeStringField(1, text);
    training.writeMessage(20, entry, "author");
    const bytes = Buffer.concat([readFileSync(fixture("tiny")), training.finish()]);
    const written = Buffer.from(encodeModel(decodeModel(bytes)));
    expect(written.includes(Buffer.from(training.finish()))).toBe(true);
  });

  it("of negative numbers are signed", () => {
    const model = decoded("tiny");
    model.graph!.nodes[0]!.attributes[0]!.int = -1;
    expect(decodeModel(encodeModel(model)).graph!.nodes[0]!.attributes[0]!.int).toBe(-1);
  });
});
