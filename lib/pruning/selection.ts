import { inactiveByActivation, inactiveByScale } from "../sparsity/measures.js";
import type { PruneConfig } from "./config.js";

/** A layer as far as its channels go: `Network.layers` and `networkGeometry` have them. */
export interface LayerChannels {
  name: string;
  filters: number;
  /** First of its channels among all filters. */
  offset: number;
  /** Layers with the same one add up their channels, which are cut together. */
  group: number;
}

/** Which channels stay. */
export interface Selection {
  /** Of each channel group, ascending; never none. */
  kept: readonly (readonly number[])[];
  /** Layers that would have been left with no filter, and keep their strongest. */
  spared: string[];
}

export interface SelectionOptions {
  /** As `filterScores` gives them, [filters of all layers]. */
  scores: ArrayLike<number>;
  prune: PruneConfig;
  /** Widths are rounded up to multiples of this, as far as there are filters. Default 1. */
  multiple?: number;
}

/**
 * Chooses the channels that stay. A channel that several layers write is as strong as the strongest of its filters, so
 * that it goes only where all of them do.
 */
export function selectChannels(layers: readonly LayerChannels[], options: SelectionOptions): Selection {
  const { scores, prune, multiple = 1 } = options;
  const groups = groupsOf(layers);
  const strengths = groups.map((members) =>
    Array.from({ length: members[0]!.filters }, (_, channel) =>
      Math.max(...members.map(({ offset }) => scores[offset + channel]!)),
    ),
  );
  const counts = countsToKeep(prune, groups, strengths);
  const kept = strengths.map((own, group) => {
    const count = Math.min(own.length, multiple * Math.ceil(Math.max(1, counts[group]!) / multiple));
    return strongest(own)
      .slice(0, count)
      .sort((a, b) => a - b);
  });
  const spared = groups.flatMap((members, group) =>
    counts[group] === 0 ? members.map(({ name }) => name) : [],
  );
  return { kept, spared };
}

/** Channels left in each layer. */
export const keptFilters = (layers: readonly LayerChannels[], { kept }: Pick<Selection, "kept">): number[] =>
  layers.map(({ group }) => kept[group]!.length);

/** The width list of what a selection leaves. */
export const keptWidths = (
  layers: readonly (LayerChannels & { listed: boolean })[],
  { kept }: Pick<Selection, "kept">,
): number[] => layers.flatMap(({ listed, group }) => (listed ? kept[group]!.length : []));

function groupsOf(layers: readonly LayerChannels[]): LayerChannels[][] {
  const groups: LayerChannels[][] = [];
  for (const layer of layers) {
    groups[layer.group] ??= [];
    groups[layer.group]!.push(layer);
  }
  return groups;
}

/** Channels, the strongest first; of equally strong ones the first. */
const strongest = (strengths: readonly number[]): number[] =>
  strengths.map((_, channel) => channel).sort((a, b) => strengths[b]! - strengths[a]! || a - b);

function countsToKeep(prune: PruneConfig, groups: LayerChannels[][], strengths: number[][]): number[] {
  switch (prune.method) {
    case "activation":
      return strengths.map((own) => own.filter((strength) => !inactiveByActivation(strength)).length);
    case "scale":
      return strengths.map((own) => own.filter((strength) => !inactiveByScale(strength)).length);
    case "magnitude":
      return strengths.map((own) => own.length - Math.floor(prune.share * own.length));
    case "slimming":
      return overAllLayers(prune.share, groups, strengths);
  }
}

/** Cuts the weakest channels of the whole network until the share of its filters is reached. */
function overAllLayers(share: number, groups: LayerChannels[][], strengths: number[][]): number[] {
  const filters = groups.reduce((sum, members) => sum + members.length * members[0]!.filters, 0);
  const channels = strengths.flatMap((own, group) => own.map((strength) => ({ group, strength })));
  channels.sort((a, b) => a.strength - b.strength);
  const counts = strengths.map((own) => own.length);
  let cut = 0;
  for (const { group } of channels) {
    cut += groups[group]!.length;
    if (cut > share * filters) break;
    counts[group]!--;
  }
  return counts;
}
