import { integer, integers, nodeOf } from "./build.js";
import type { ChannelMap } from "./channels.js";
import type { ModelImages } from "./images.js";
import { modelBytes, type OnnxModel } from "./model.js";
import type { GraphProto, NodeProto, ValueProto } from "./proto.js";
import type { RuntimeTensor } from "./runtime.js";
import { OnnxSession } from "./session.js";
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
  const read = (start: number) => {
    const own = indices.slice(start, start + size);
    const filled =
      model.input.batch === null ? own : Array.from({ length: size }, (_, at) => own[at] ?? own[0]!);
    return {
      count: own.length,
      dims: [filled.length, ...images.dims.slice(1)],
      values: images.batch(filled),
    };
  };
  // The next batch is decoded while the model computes.
  let next = read(0);
  for (let start = 0; start < indices.length; start += size) {
    const { count, dims, values } = next;
    const batch = await values;
    if (start + size < indices.length) {
      next = read(start + size);
      // Should this batch fail, nobody waits for the next.
      next.values.catch(() => {});
    }
    onBatch(await session.run(model.input.name, batch, dims), count);
  }
}

export interface RunImages {
  images: ModelImages;
  /** Which of them. */
  indices: readonly number[];
  /** @param count images of the batch that are not there to fill it up */
  onBatch(outputs: Record<string, RuntimeTensor>, count: number): void;
}

/** A channel whose values differ by more than this share of its tensor's largest is none that could be constant. */
const surelyVaries = 1e-4;

export interface ObserveOptions {
  /** Which of the images. */
  indices: readonly number[];
  /** Observes also channels that have varied already on all images. Default false: their extremes are those of a part. */
  all?: boolean;
}

/**
 * Extremes of all tensors that decide what can be cut: what layers' filters are judged by, and what readers read. They
 * are computed where the tensors are, so that little leaves the runtime; and behind the first batch only of channels that
 * could still be constant, which in most models are few: reading every map back costs more than computing it.
 */
export async function observe(
  map: ChannelMap,
  images: ModelImages,
  { indices, all = false }: ObserveOptions,
): Promise<Map<string, Extremes>> {
  const tensors = [
    ...map.layers.map(({ activation }) => activation),
    ...map.readers.map(({ tensor }) => tensor),
  ];
  const extremes = new Map<string, Extremes>();
  for (const tensor of tensors) {
    const length = map.carried.get(tensor)?.classes.length;
    if (length === undefined) continue;
    const min = new Float32Array(length).fill(Number.POSITIVE_INFINITY);
    const max = new Float32Array(length).fill(Number.NEGATIVE_INFINITY);
    extremes.set(tensor, { min, max });
  }
  const first = all ? indices.length : batchOf(map.model);
  for (const part of [indices.slice(0, first), indices.slice(first)]) {
    if (part.length > 0) await widen(map, extremes, { images, indices: part });
  }
  return extremes;
}

/** Channels that have not varied so far. */
function openChannels({ min, max }: Extremes): number[] {
  const largest = Math.max(...max.map(Math.abs), ...min.map(Math.abs));
  return [...min.keys()].filter((channel) => !(max[channel]! - min[channel]! > surelyVaries * largest));
}

/** Runs the model over images and widens the extremes of channels that have not varied so far. */
async function widen(
  map: ChannelMap,
  extremes: ReadonlyMap<string, Extremes>,
  { images, indices }: Pick<RunImages, "images" | "indices">,
): Promise<void> {
  const { model } = map;
  const observed = [...extremes].map(([tensor, own], place) => ({
    ...{ tensor, ...own, channels: openChannels(own) },
    names: { low: outputName("Min", place), high: outputName("Max", place) },
  }));
  const open = observed.filter(({ channels }) => channels.length > 0);
  const added = { nodes: [] as NodeProto[], initializers: [] as GraphProto["initializers"] };
  for (const { tensor, channels, min, names } of open) {
    const { axis } = map.carried.get(tensor)!;
    const axes = map.shape(tensor)!.flatMap((_, index) => (index === axis ? [] : [index]));
    const whole = channels.length === min.length;
    const chosen = whole ? tensor : `${names.low}-channels`;
    if (!whole) {
      added.initializers.push(integerTensor(`${chosen}-indices`, channels));
      added.nodes.push(nodeOf("Gather", chosen, [tensor, `${chosen}-indices`], [integer("axis", axis)]));
    }
    for (const [kind, name] of [
      ["Min", names.low],
      ["Max", names.high],
    ] as const) {
      // From version 18 on the axes are an input.
      const asInput = model.opset >= 18;
      if (asInput) added.initializers.push(integerTensor(`${name}-axes`, axes));
      const attributes = [integer("keepdims", 0), ...(asInput ? [] : [integers("axes", axes)])];
      const inputs = [chosen, ...(asInput ? [`${name}-axes`] : [])];
      added.nodes.push(nodeOf(`Reduce${kind}`, name, inputs, attributes));
    }
  }
  const outputs = open.flatMap(({ names }) => [names.low, names.high]);
  if (outputs.length === 0) return;
  const session = await OnnxSession.open(withOutputs(model, outputs, added), { threads: 0 });
  try {
    await runImages(session, model, {
      ...{ images, indices },
      onBatch(results) {
        for (const { channels, min, max, names } of open) {
          const [low, high] = [names.low, names.high].map((name) => results[name]!.data as Float32Array);
          for (const [at, channel] of channels.entries()) {
            min[channel] = Math.min(min[channel]!, low![at]!);
            max[channel] = Math.max(max[channel]!, high![at]!);
          }
        }
      },
    });
  } finally {
    await session.close();
  }
}

const outputName = (kind: string, place: number) => `filter-sparsity-${kind}-${place}`;
