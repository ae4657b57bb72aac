import type { ImageSet } from "../datasets/dataset.js";
import {
  type FilterActivity,
  inactiveByActivation,
  inactiveByScale,
  probeActivity,
} from "../sparsity/index.js";
import type { BatchMaker, Trainer } from "../training/index.js";
import { roundFilters } from "./filters.js";
import type { FilterTable, RunRecord } from "./record.js";

interface Probe {
  step: number;
  images: number;
  gamma: Float32Array;
  beta: Float32Array;
  activity: FilterActivity;
}

/** Measures all filters of a network in training at some steps and keeps what it saw. */
export class FilterLog {
  private readonly seen: Probe[] = [];

  constructor(
    private readonly trainer: Trainer,
    private readonly batches: BatchMaker,
  ) {}

  /** Measures every filter on the given images. */
  async probe(step: number, set: ImageSet): Promise<FilterActivity> {
    const activity = await probeActivity(this.trainer, this.batches, set);
    const { parameters } = await this.trainer.weights();
    const [gamma, beta] = [this.every("gamma", parameters), this.every("beta", parameters)];
    this.seen.push({ step, images: set.count, gamma, beta, activity });
    return activity;
  }

  /** Filters inactive by scale now, per layer. */
  async deadByScale(): Promise<number[]> {
    const { parameters } = await this.trainer.weights();
    const gamma = this.every("gamma", parameters);
    return this.perLayer((channel) => inactiveByScale(gamma[channel]!));
  }

  /** Inactive filters at the latest probe, per layer. */
  latest(): { deadByScale: number[]; deadByActivation: number[] } {
    const probe = this.seen.at(-1)!;
    return {
      deadByScale: this.perLayer((channel) => inactiveByScale(probe.gamma[channel]!)),
      deadByActivation: this.perLayer((channel) =>
        inactiveByActivation(probe.activity.maxActivation[channel]!),
      ),
    };
  }

  probes(): RunRecord["probes"] {
    return { steps: this.seen.map(({ step }) => step), images: this.seen.map(({ images }) => images) };
  }

  /** One row per probe and filter, rounded as they are stored. */
  table(): FilterTable {
    const { layers, channels } = this.trainer.network;
    const rows = this.seen.length * channels;
    const table: FilterTable = {
      step: new Uint32Array(rows),
      layer: new Uint8Array(rows),
      filter: new Uint16Array(rows),
      gamma: new Float32Array(rows),
      beta: new Float32Array(rows),
      maxActivation: new Float32Array(rows),
      selectivity: new Float32Array(rows),
    };
    for (const [index, { step, gamma, beta, activity }] of this.seen.entries()) {
      const start = index * channels;
      table.step.fill(step, start, start + channels);
      table.gamma.set(gamma, start);
      table.beta.set(beta, start);
      table.maxActivation.set(activity.maxActivation, start);
      table.selectivity.set(activity.selectivity, start);
      for (const [layer, { offset, filters }] of layers.entries()) {
        table.layer.fill(layer, start + offset, start + offset + filters);
        for (let filter = 0; filter < filters; filter++) table.filter[start + offset + filter] = filter;
      }
    }
    return roundFilters(table);
  }

  /** gamma or beta of all filters out of the parameter vector, the layers one after another. */
  private every(role: "gamma" | "beta", values: Float32Array): Float32Array {
    const { network } = this.trainer;
    const all = new Float32Array(network.channels);
    for (const layer of network.layers) {
      all.set(network.layout.view(values, network.layout.slots[layer[role]]!), layer.offset);
    }
    return all;
  }

  private perLayer(holds: (channel: number) => boolean): number[] {
    return this.trainer.network.layers.map(
      ({ offset, filters }) => Array.from({ length: filters }, (_, k) => offset + k).filter(holds).length,
    );
  }
}
