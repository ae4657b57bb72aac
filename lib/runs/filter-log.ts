import type { ImageSet } from "../datasets/dataset.js";
import type { FilterTable } from "../sparsity/filter-table.js";
import {
  type FilterActivity,
  inactiveByActivation,
  inactiveByScale,
  perFilter,
  probeActivity,
  probeGradients,
  weightNorms,
} from "../sparsity/index.js";
import type { BatchMaker, Score, Trainer } from "../training/index.js";
import { emptyFilters, type Measure, measureNames, roundFilters } from "./filters.js";
import type { RunRecord } from "./record.js";

/** Every measure of every filter at one step, [channels] each. */
export interface FilterProbe {
  step: number;
  images: number;
  measures: Record<Measure, Float32Array>;
}

export interface FilterLogOptions {
  trainer: Trainer;
  batches: BatchMaker;
  /** Training images, which the mini-batches below index. */
  train: ImageSet;
  /** Mini-batches over which every probe's gradients are a mean. */
  miniBatches: readonly Uint32Array[];
  /** What an earlier log of the same run saw. */
  seen?: readonly FilterProbe[];
  signal?: AbortSignal;
}

/** Measures all filters of a network in training at some steps and keeps what it saw. */
export class FilterLog {
  /** What it saw so far; entries never change. */
  readonly seen: FilterProbe[];

  constructor(private readonly options: FilterLogOptions) {
    this.seen = [...(options.seen ?? [])];
  }

  /** Measures every filter, its activations on the given images. Returns loss and errors on them. */
  async probe(step: number, set: ImageSet): Promise<Score> {
    const { trainer, batches, train, miniBatches, signal } = this.options;
    const { network } = trainer;
    const { maxActivation, selectivity, score }: FilterActivity = await probeActivity(
      trainer,
      batches,
      set,
      signal,
    );
    const gradients = await probeGradients(trainer, batches, train, miniBatches);
    const { parameters } = await trainer.weights();
    const measures = {
      gamma: perFilter(network, parameters, "gamma"),
      beta: perFilter(network, parameters, "beta"),
      maxActivation,
      selectivity,
      weightNorm: weightNorms(network, parameters),
      ...gradients,
    };
    this.seen.push({ step, images: set.count, measures });
    return score;
  }

  /** Filters inactive by scale now, per layer. */
  async deadByScale(): Promise<number[]> {
    const { parameters } = await this.options.trainer.weights();
    const gamma = perFilter(this.options.trainer.network, parameters, "gamma");
    return this.perLayer((channel) => inactiveByScale(gamma[channel]!));
  }

  /** Inactive filters at the latest probe, per layer. */
  latest(): { deadByScale: number[]; deadByActivation: number[] } {
    const { gamma, maxActivation } = this.seen.at(-1)!.measures;
    return {
      deadByScale: this.perLayer((channel) => inactiveByScale(gamma[channel]!)),
      deadByActivation: this.perLayer((channel) => inactiveByActivation(maxActivation[channel]!)),
    };
  }

  probes(): RunRecord["probes"] {
    return {
      steps: this.seen.map(({ step }) => step),
      images: this.seen.map(({ images }) => images),
      gradientImages: this.options.miniBatches.reduce((sum, { length }) => sum + length, 0),
    };
  }

  /** One row per probe and filter, rounded as they are stored. */
  table(): FilterTable {
    const { layers, channels } = this.options.trainer.network;
    const table = emptyFilters(this.seen.length * channels);
    for (const [index, { step, measures }] of this.seen.entries()) {
      const start = index * channels;
      table.step.fill(step, start, start + channels);
      for (const name of measureNames) table[name].set(measures[name], start);
      for (const [layer, { offset, filters }] of layers.entries()) {
        table.layer.fill(layer, start + offset, start + offset + filters);
        for (let filter = 0; filter < filters; filter++) table.filter[start + offset + filter] = filter;
      }
    }
    return roundFilters(table);
  }

  private perLayer(holds: (channel: number) => boolean): number[] {
    return this.options.trainer.network.layers.map(
      ({ offset, filters }) => Array.from({ length: filters }, (_, k) => offset + k).filter(holds).length,
    );
  }
}
