import type { ChannelMap } from "./channels.js";
import type { Extremes } from "./observe.js";

/** How large a layer's filters are, by decade. */
export interface LayerHistograms {
  /** Filters by the largest magnitude of their activation; null where it is not observed. */
  activation: number[] | null;
  /** Filters by |gamma|; null where there is no normalization behind the layer. */
  gamma: number[] | null;
}

/** Powers of ten between the bins: the first holds what is at most 1e-12, the last what is above 1e3. */
export const decades: readonly number[] = Array.from({ length: 16 }, (_, index) => index - 12);

function histogram(values: Iterable<number>): number[] {
  const counts = new Array<number>(decades.length + 1).fill(0);
  for (const value of values) {
    const bin = decades.findIndex((power) => value <= 10 ** power);
    counts[bin === -1 ? decades.length : bin]!++;
  }
  return counts;
}

/** @param extremes over all images of all channels, not of those alone that could be constant */
export const layerHistograms = (
  { layers }: ChannelMap,
  extremes: ReadonlyMap<string, Extremes>,
): LayerHistograms[] =>
  layers.map(({ activation, gamma }) => {
    const own = extremes.get(activation);
    return {
      activation: own
        ? histogram(own.max.map((value, channel) => Math.max(Math.abs(value), Math.abs(own.min[channel]!))))
        : null,
      gamma: gamma ? histogram(gamma.map(Math.abs)) : null,
    };
  });
