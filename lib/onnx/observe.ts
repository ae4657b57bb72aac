import type { ChannelMap } from "./channels.js";
import type { ModelImages } from "./images.js";
import { modelBytes, type OnnxModel } from "./model.js";
import type { GraphProto, NodeProto, ValueProto } from "./proto.js";
import { OnnxSession, type RuntimeTensor } from "./runtime.js";
import { integerTensor } from "./tensor.js";

/** Least and largest value of each channel of a tensor, over images and positions. */
export interface Extremes {
  min: Float32Array;
  max: Float32Array;
}

/** Images at once where the model leaves it open. */
const usualBatch = 16;

export const batchOf = ({ input }: OnnxModel): number => input.batch ?? usualBatch;

/** A model with other outputs; the weights are shared, not copied. */
function withOutputs(
  model: OnnxModel,
  outputs: readonly string[],
  added: Partial<GraphProto> = {},
): Uint8Array {
  const { proto, graph } = model;
  const own: GraphProto = {
    ...graph,
    nodes: [...graph.nodes, ...(added.nodes ?? [])],
    initializers: [...graph.initializers, ...(added.initializers ?? [])],
    outputs: outputs.map((name): ValueProto => graph.outputs.find((one) => one.name === name) ?? { name }),
  };
  return modelBytes({ proto: { ...proto, graph: own } } as OnnxModel);
}

/**
 * Shapes of all computed tensors, from one run. The batch has two images where the model leaves it open, so that its axis
 * is not taken for another of length 1.
 */
export async function computedShapes(
  model: OnnxModel,
  dims: readonly number[],
): Promise<Map<string, readonly number[]>> {
  const names = model.nodes.flatMap(({ outputs }) => outputs.filter(Boolean));
  const session = await OnnxSession.open(withOutputs(model, names), { optimize: false });
  try {
    const whole = [model.input.batch ?? 2, ...dims.slice(1)];
    const images = new Float32Array(whole.reduce((product, length) => product * length, 1));
    const outputs = await session.run(model.input.name, images, whole);
    const shapes = names.map((name): [string, readonly number[]] => [name, [...outputs[name]!.dims]]);
    return new Map([...shapes, [model.input.name, whole]]);
  } finally {
    await session.close();
  }
}

/** Runs some images in batches as the model takes them; the last is filled up with its first image. */
export async function runImages(
  session: OnnxSession,
  model: OnnxModel,
  { images, indices, onBatch }: RunImages,
): Promise<void> {
  const size = batchOf(model);
  for (let start = 0; start < indices.length; start += size) {
    const own = indices.slice(start, start + size);
    const filled =
      model.input.batch === null ? own : Array.from({ length: size }, (_, at) => own[at] ?? own[0]!);
    const dims = [filled.length, ...images.dims.slice(1)];
    onBatch(await session.run(model.input.name, await images.batch(filled), dims), own.length);
  }
}

export interface RunImages {
  images: ModelImages;
  /** Which of them. */
  indices: readonly number[];
  /** @param count images of the batch that are not there to fill it up */
  onBatch(outputs: Record<string, RuntimeTensor>, count: number): void;
}

/**
 * Extremes of all tensors that decide what can be cut: what layers' filters are judged by, and what readers read. They
 * are computed where the tensors are, so that little leaves the runtime.
 */
export async function observe(
  map: ChannelMap,
  images: ModelImages,
  indices: readonly number[],
): Promise<Map<string, Extremes>> {
  const { model } = map;
  const tensors = [
    ...map.layers.map(({ activation }) => activation),
    ...map.readers.map(({ tensor }) => tensor),
  ];
  const observed = [...new Set(tensors)].filter((tensor) => map.carried.has(tensor));
  const extremes = new Map<string, Extremes>();
  const added = { nodes: [] as NodeProto[], initializers: [] as GraphProto["initializers"] };
  for (const [place, tensor] of observed.entries()) {
    const { axis, classes } = map.carried.get(tensor)!;
    const axes = map.shape(tensor)!.flatMap((_, index) => (index === axis ? [] : [index]));
    for (const kind of ["Min", "Max"] as const) {
      const { node, initializers } = reduction(model, { kind, tensor, axes, place });
      added.nodes.push(node);
      added.initializers.push(...initializers);
    }
    extremes.set(tensor, {
      min: new Float32Array(classes.length).fill(Number.POSITIVE_INFINITY),
      max: new Float32Array(classes.length).fill(Number.NEGATIVE_INFINITY),
    });
  }
  const outputs = added.nodes.map((node) => node.outputs[0]!);
  const session = await OnnxSession.open(withOutputs(model, outputs, added), { threads: 0 });
  try {
    await runImages(session, model, {
      ...{ images, indices },
      onBatch(results) {
        for (const [place, tensor] of observed.entries()) {
          const { min, max } = extremes.get(tensor)!;
          const [low, high] = (["Min", "Max"] as const).map(
            (kind) => results[outputName(kind, place)]!.data as Float32Array,
          );
          for (const [channel, value] of low!.entries()) min[channel] = Math.min(min[channel]!, value);
          for (const [channel, value] of high!.entries()) max[channel] = Math.max(max[channel]!, value);
        }
      },
    });
    return extremes;
  } finally {
    await session.close();
  }
}

const outputName = (kind: string, place: number) => `filter-sparsity-${kind}-${place}`;

function reduction(
  { opset }: OnnxModel,
  { kind, tensor, axes, place }: { kind: "Min" | "Max"; tensor: string; axes: number[]; place: number },
) {
  const name = outputName(kind, place);
  // From version 18 on the axes are an input.
  const asInput = opset >= 18;
  const integer = (of: string, values: Partial<NodeProto["attributes"][number]>) => ({
    ...{ name: of, type: 2, float: 0, int: 0, floats: [], ints: [], ...values },
  });
  const attributes = [
    integer("keepdims", { int: 0 }),
    ...(asInput ? [] : [integer("axes", { type: 7, ints: axes })]),
  ];
  const node: NodeProto = {
    ...{ name, op: `Reduce${kind}`, domain: "", attributes, outputs: [name] },
    inputs: [tensor, ...(asInput ? [`${name}-axes`] : [])],
  };
  return { node, initializers: asInput ? [integerTensor(`${name}-axes`, axes)] : [] };
}
