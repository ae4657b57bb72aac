import { readFileSync, statSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { messageOf, UserError } from "../errors.js";
import { scaleThreshold } from "../sparsity/measures.js";
import { gammaBehind } from "./activation.js";
import { readModel } from "./file.js";
import { layerName } from "./layer-name.js";
import type { OnnxModel } from "./model.js";

/** What a layer's normalization says of its filters, which needs no image. */
export interface LayerScale {
  name: string;
  filters: number;
  /** |gamma| below 1e-3; null where there is no normalization behind the layer. */
  inactiveByScale: number | null;
}

const expected =
  "Expected an ONNX model (.onnx), a TensorFlow.js model (model.json) or a PyTorch state dict (.safetensors)";

/**
 * The layers of a model in a file of any kind that is read here, judged by scale. Throws `UserError` where it is none, or
 * has no normalization with a name that is known.
 */
export function readScales(path: string): LayerScale[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile())
    throw new UserError(`${path} ${found ? "is no file" : "does not exist"}. ${expected}.`);
  const kind = extname(path).toLowerCase();
  if (kind === ".safetensors") return stateScales(path);
  if (kind === ".json") return tensorflowScales(path);
  if (/^\.(pt|pth|bin|ckpt)$/.test(kind))
    throw new UserError(
      `${path} is a pickle, which runs code when it is read. Save it as .safetensors. ${expected}.`,
    );
  return onnxScales(readModel(path));
}

function onnxScales(model: OnnxModel): LayerScale[] {
  return model.nodes.flatMap((node): LayerScale[] => {
    const dims = model.constant(node.inputs[1])?.dims;
    if (node.op !== "Conv" || !dims) return [];
    return [layerScale(layerName(node), dims[0]!, gammaBehind(model, node.outputs[0]!))];
  });
}

const layerScale = (name: string, filters: number, gamma: Float32Array | undefined): LayerScale => ({
  ...{ name, filters },
  inactiveByScale: gamma ? gamma.filter((value) => Math.abs(value) < scaleThreshold).length : null,
});

interface StoredTensor {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Batch normalizations are what has a running mean beside its weight (PyTorch's names). */
function stateScales(path: string): LayerScale[] {
  const bytes = readFileSync(path);
  const { tensors, start } = parseStates(bytes, path);
  const layers = Object.entries(tensors).flatMap(
    ([
      key,
      {
        dtype,
        shape,
        data_offsets: [from, to],
      },
    ]) => {
      const name = key.replace(/\.weight$/, "");
      if (name === key || shape.length !== 1 || !tensors[`${name}.running_mean`]) return [];
      if (dtype !== "F32")
        throw new UserError(`${path}: "${key}" is ${dtype}. Expected F32: save the model in float32.`);
      return [layerScale(name, shape[0]!, new Float32Array(bytes.buffer.slice(start + from, start + to)))];
    },
  );
  if (layers.length > 0) return layers;
  throw new UserError(
    `${path} has no batch normalization (a weight with a running_mean beside it), so its filters have no scale. Export the model to ONNX and give --images.`,
  );
}

/** The format's header: its length in 8 bytes, then JSON (huggingface.co/docs/safetensors). */
function parseStates(bytes: Buffer, path: string): { tensors: Record<string, StoredTensor>; start: number } {
  try {
    const length = Number(bytes.readBigUInt64LE(0));
    const start = 8 + length;
    const header = JSON.parse(bytes.toString("utf8", 8, start)) as Record<string, StoredTensor>;
    const { __metadata__: _, ...tensors } = header;
    const whole = Object.values(tensors).every(({ data_offsets: [, to] }) => start + to <= bytes.length);
    if (!whole) throw new RangeError("it is cut short");
    return { tensors, start: bytes.byteOffset + start };
  } catch (error) {
    throw new UserError(`${path} is no safetensors file: ${messageOf(error)}. ${expected}.`, {
      cause: error,
    });
  }
}

interface WeightsManifest {
  weightsManifest?: { paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }[];
}

/** Weights by name, as TensorFlow.js' layers call them: ".../gamma". */
function tensorflowScales(path: string): LayerScale[] {
  let manifest: WeightsManifest;
  try {
    manifest = JSON.parse(readFileSync(path, "utf8")) as WeightsManifest;
  } catch (error) {
    throw new UserError(`${path} is no JSON: ${messageOf(error)}. ${expected}.`, { cause: error });
  }
  if (!manifest.weightsManifest) throw new UserError(`${path} has no weightsManifest. ${expected}.`);
  const layers: LayerScale[] = [];
  for (const { paths, weights } of manifest.weightsManifest) {
    const bytes = Buffer.concat(paths.map((file) => readShard(join(dirname(path), file), path)));
    let at = 0;
    for (const { name, shape, dtype } of weights) {
      if (dtype !== "float32") throw new UserError(`${path}: "${name}" is ${dtype}. Expected float32 alone.`);
      const length = 4 * shape.reduce((product, side) => product * side, 1);
      const [, layer] = /^(.*)\/gamma$/.exec(name) ?? [];
      if (layer) {
        const values = new Float32Array(
          bytes.buffer.slice(bytes.byteOffset + at, bytes.byteOffset + at + length),
        );
        layers.push(layerScale(layer, shape[0]!, values));
      }
      at += length;
    }
    if (at > bytes.length) throw new UserError(`The weights of ${path} are cut short: save the model again.`);
  }
  if (layers.length > 0) return layers;
  throw new UserError(
    `${path} has no gamma, so its filters have no scale. Export the model to ONNX and give --images.`,
  );
}

function readShard(path: string, of: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UserError(`The weights of ${of} are not there: ${messageOf(error)}. Put them beside it.`, {
      cause: error,
    });
  }
}
