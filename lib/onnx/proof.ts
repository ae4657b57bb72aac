import { type Spread, spread } from "../harvest/latency.js";
import { median } from "../statistics.js";
import type { ModelImages } from "./images.js";
import { modelBytes, type OnnxModel } from "./model.js";
import { runImages } from "./observe.js";
import { OnnxSession } from "./session.js";

/** How far a model's outputs are from another's, over images; differences over the root mean square of the first's. */
export interface Difference {
  images: number;
  largest: number;
  mean: number;
  /** Images whose largest output is another. */
  classifiedOtherwise: number;
}

/** Outputs of a model by name, image after image. */
export type Outputs = Map<string, Float32Array[]>;

export async function outputsOf(
  model: OnnxModel,
  images: ModelImages,
  indices: readonly number[],
): Promise<Outputs> {
  const all: Outputs = new Map(model.outputs.map((name) => [name, []]));
  const session = await OnnxSession.open(modelBytes(model), { threads: 0 });
  try {
    await runImages(session, model, {
      ...{ images, indices },
      onBatch(results, count) {
        for (const [name, rows] of all) {
          const { data, dims, type } = results[name]!;
          if (type !== "float32") continue;
          const values = data as Float32Array;
          const width = values.length / (dims[0] ?? 1);
          for (let image = 0; image < count; image++)
            rows.push(values.slice(image * width, (image + 1) * width));
        }
      },
    });
    return all;
  } finally {
    await session.close();
  }
}

/** Compares two models' outputs on some of the images; of several outputs the one that differs most. */
export function difference(original: Outputs, other: Outputs, images: readonly number[]): Difference {
  const each = [...original].map(([name, rows]) => compare(rows, other.get(name)!, images));
  return each.reduce((a, b) => (b.largest > a.largest ? b : a));
}

function compare(original: Float32Array[], other: Float32Array[], images: readonly number[]): Difference {
  let [largest, sum, squares, count, changed] = [0, 0, 0, 0, 0];
  for (const image of images) {
    const [before, after] = [original[image]!, other[image]!];
    if (before.indexOf(Math.max(...before)) !== after.indexOf(Math.max(...after))) changed++;
    for (const [at, value] of before.entries()) {
      const distance = Math.abs(after[at]! - value);
      // NaN is no small difference.
      largest = Math.max(largest, Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance);
      sum += distance;
      squares += value ** 2;
      count++;
    }
  }
  const unit = Math.sqrt(squares / count) || 1;
  return {
    images: images.length,
    largest: largest / unit,
    mean: sum / count / unit,
    classifiedOtherwise: changed,
  };
}

/** Milliseconds for one batch, of the model and of what is left of it, with as many threads. */
export interface ModelLatency {
  /** 0: one a core. */
  threads: number;
  batch: number;
  original: Spread;
  cut: Spread;
  /** The original's time over the other's, turn by turn. */
  speedup: Spread;
}

const turnCount = 15;

/** Milliseconds that are timed at once at least: browsers' clocks go by tenths. */
const shortest = 5;

/** Times two models in turns, each warmed up, so that a machine whose speed drifts drifts for both. */
export async function compareLatency(
  models: readonly [OnnxModel, OnnxModel],
  images: ModelImages,
  { threads, seconds }: { threads: number; seconds: number },
): Promise<ModelLatency> {
  const [{ input }] = models;
  const dims = [input.batch ?? 1, ...images.dims.slice(1)];
  const one = await images.batch([0]);
  const values = new Float32Array(one.length * dims[0]!);
  for (let at = 0; at < values.length; at += one.length) values.set(one, at);
  const sessions = [];
  try {
    for (const model of models) sessions.push(await OnnxSession.open(modelBytes(model), { threads }));
    const call = async (session: OnnxSession, repeats: number) => {
      const start = performance.now();
      for (let count = 0; count < repeats; count++) await session.run(input.name, values, dims);
      return (performance.now() - start) / repeats;
    };
    const calls: number[] = [];
    const repeated: number[] = [];
    for (const session of sessions) {
      await call(session, 1);
      let repeats = 1;
      while ((await call(session, repeats)) * repeats < shortest && repeats < 1024) repeats *= 2;
      const warm = median([await call(session, repeats), await call(session, repeats)]);
      repeated.push(repeats);
      calls.push(Math.max(1, Math.round((1000 * seconds) / turnCount / (warm * repeats))));
    }
    const times: number[][] = [[], []];
    const speedups: number[] = [];
    for (let turn = 0; turn < turnCount; turn++) {
      const medians: number[] = [];
      for (const [index, session] of sessions.entries()) {
        const own: number[] = [];
        for (let count = 0; count < calls[index]!; count++) own.push(await call(session, repeated[index]!));
        times[index]!.push(...own);
        medians.push(median(own));
      }
      speedups.push(medians[0]! / medians[1]!);
    }
    const [original, cut] = times.map(spread);
    return { threads, batch: dims[0]!, original: original!, cut: cut!, speedup: spread(speedups) };
  } finally {
    for (const session of sessions) await session.close();
  }
}
