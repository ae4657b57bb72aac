import type { EngineName } from "../engine/engine.js";
import type { TrainedModel } from "../pruning/model.js";
import { median, quantile } from "../statistics.js";

/** A network whose latency is measured, with its name in reports. */
export interface Variant {
  name: string;
  model: TrainedModel;
}

/** Middle of many measurements, with their quartiles. */
export interface Spread {
  median: number;
  low: number;
  high: number;
}

/** How long one network takes for one batch on one engine. */
export interface Latency {
  engine: EngineName;
  /** Images at once. */
  batch: number;
  variant: string;
  /** From images on the engine to logits in JavaScript. */
  milliseconds: Spread;
  calls: number;
  /** The first variant's time over this one's, turn by turn. */
  speedup: Spread;
  /** The first variant's multiply-accumulates over this one's. */
  macReduction: number;
  /** `speedup` over `macReduction`: 1 where all that was saved shows. */
  yield: number;
}

/** Latencies with where they were measured. */
export interface LatencyReport {
  /** e.g. "linux x64, AMD EPYC 9554P". */
  processor: string;
  /** Of each engine's process. */
  threads: number;
  /** Versions by engine, e.g. "TensorFlow 2.21.0". */
  engines: Record<string, string>;
  latencies: Latency[];
}

/** Milliseconds of each call, turn by turn. */
export type Turns = number[][];

/** What a report says of networks that took turns on one engine with one batch; the first is what they are compared with. */
export function latencies(
  variants: readonly { name: string; macs: number; turns: Turns }[],
  { engine, batch }: Pick<Latency, "engine" | "batch">,
): Latency[] {
  const [first] = variants;
  return variants.map(({ name, macs, turns }) => {
    const speedup = spread(turns.map((own, turn) => median(first!.turns[turn]!) / median(own)));
    const macReduction = first!.macs / macs;
    return {
      ...{ engine, batch, variant: name, milliseconds: spread(turns.flat()), calls: turns.flat().length },
      ...{ speedup, macReduction, yield: speedup.median / macReduction },
    };
  });
}

/** Median and quartiles. */
export const spread = (values: number[]): Spread => ({
  median: median(values),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
});
