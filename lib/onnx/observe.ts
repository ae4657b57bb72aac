import type { ChannelMap } from "./channels.js";
import type { ModelImages } from "./images.js";
import { modelBytes, type OnnxModel } from "./model.js";
import type { GraphProto, ValueProto } from "./proto.js";
import { type Added, addCopy, addPools, addReductions, neverNegative } from "./reductions.js";
import type { RuntimeTensor } from "./runtime.js";
import { OnnxSession } from "./session.js";

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
  const positive = neverNegative(model);
  const readers = new Set(map.readers.map(({ tensor }) => tensor));
  const added: Added = { nodes: [], initializers: [] };
  const observed = [...extremes].flatMap(([tensor, own], place) => {
    const channels = openChannels(own);
    if (channels.length === 0) return [];
    const names = { low: outputName("Min", place), high: outputName("Max", place) };
    const { axis } = map.carried.get(tensor)!;
    const shape = map.shape(tensor)!;
    if (shape.length !== 4 || axis !== 1) {
      addReductions(added, model, { ...{ tensor, axis, names }, rank: shape.length, channels });
      // What comes out are the channels that were asked for.
      return [{ ...own, channels, names, sign: 1, places: [...channels.keys()], outOf: channels.length }];
    }
    const isFew = 2 * channels.length <= shape[1]!;
    const copy =
      readers.has(tensor) || !isFew ? undefined : addCopy(added, map, { tensor, channels, name: names.low });
    // What was 0 on an image before and never is negative has 0 for its least value, whatever comes.
    const leastIsKnown = positive.has(tensor) && channels.every((channel) => own.max[channel] === 0);
    const width = copy ? channels.length : shape[1]!;
    const asked = { ...names, low: leastIsKnown ? undefined : names.low };
    addPools(added, { tensor: copy ?? tensor, width, names: asked });
    const places = copy ? [...channels.keys()] : channels;
    return [{ ...own, channels, names: asked, sign: -1, places, outOf: width }];
  });
  const outputs = observed.flatMap(({ names: { low, high } }) => (low ? [low, high] : [high]));
  if (outputs.length === 0) return;
  const session = await OnnxSession.open(withOutputs(model, outputs, added), { threads: 0 });
  try {
    await runImages(session, model, {
      ...{ images, indices },
      onBatch(results) {
        for (const { channels, min, max, names, sign, places, outOf } of observed) {
          const read = (name: string) => results[name]!.data as Float32Array;
          const high = read(names.high);
          const low = names.low && read(names.low);
          for (let row = 0; row < high.length; row += outOf) {
            for (const [at, channel] of channels.entries()) {
              const place = row + places[at]!;
              max[channel] = Math.max(max[channel]!, high[place]!);
              if (low) min[channel] = Math.min(min[channel]!, sign * low[place]!);
            }
          }
        }
      },
    });
  } finally {
    await session.close();
  }
}

const outputName = (kind: string, place: number) => `filter-sparsity-${kind}-${place}`;
