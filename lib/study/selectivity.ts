import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { Observation } from "../survival.js";
import { filterHistories, stateOf } from "./filter-states.js";

/** How filters are grouped by how selective they were early on. */
export interface SelectivityGroups {
  /** When selectivity is taken and observation begins, as a share of all steps. Default 0.1. */
  from?: number;
  /** Upper ends of the groups of selectivity but the last. Default 0.01 and 0.25. */
  cuts?: readonly [number, number];
  /**
   * Groups are thirds of each layer's filters by their rank in it, instead of cuts: late layers are more selective as a whole,
   * and so no group holds more of them. Filters of equal selectivity stand in their own order. Default false.
   */
  withinLayers?: boolean;
  /** Layers to take filters of, by their place in depth from 0. Default: all. */
  layers?: readonly number[];
}

/**
 * Filters of some runs by their selectivity at the first probe after a share of all steps: when each died, or that it
 * lived to the last probe. Filters that are inactive at that first probe are left out.
 */
export function observationsBySelectivity(
  runs: readonly Run[],
  {
    from,
    cuts,
    withinLayers = false,
    layers,
  }: Required<Pick<SelectivityGroups, "from" | "cuts">> & SelectivityGroups,
): [Observation[], Observation[], Observation[]] {
  const groups: [Observation[], Observation[], Observation[]] = [[], [], []];
  const byCuts = ({ selectivity }: Subject) => (selectivity <= cuts[0] ? 0 : selectivity <= cuts[1] ? 1 : 2);
  for (const run of runs) {
    for (const own of subjectsByLayer(run, from).filter((_, layer) => !layers || layers.includes(layer))) {
      const ranked = own.toSorted((a, b) => a.selectivity - b.selectivity);
      for (const [rank, subject] of ranked.entries()) {
        const group = withinLayers ? Math.floor((3 * rank) / ranked.length) : byCuts(subject);
        groups[group]!.push({ time: subject.time, event: subject.event });
      }
    }
  }
  return groups;
}

interface Subject extends Observation {
  /** When observation began. */
  selectivity: number;
}

/** Filters of each layer that are active at the first probe after a share of all steps. */
function subjectsByLayer(run: Run, from: number): Subject[][] {
  const { record, filters } = run;
  const { steps } = record.probes;
  const layers: Subject[][] = record.model.layers.map(() => []);
  const landmark = steps.findIndex((step) => step >= from * record.config.steps);
  if (landmark < 0) return layers;
  for (const { layer, rows, death } of filterHistories(run)) {
    const row = rows[landmark]!;
    if (stateOf(filters.gamma[row]!, filters.maxActivation[row]!) !== "alive") continue;
    layers[layer]!.push({
      time: death?.step ?? steps.at(-1)!,
      event: death !== undefined,
      selectivity: filters.selectivity[row]!,
    });
  }
  return layers;
}

/** Mean selectivity over all filters at the last probe, 0 to 1. */
export function meanSelectivity({ record, filters }: Run): number {
  const last = record.probes.steps.at(-1);
  return mean([...filters.selectivity].filter((_, row) => filters.step[row] === last));
}

/** Mean selectivity of all filters of each layer of one half at the last probe, the mean over these layers, 0 to 1. */
export function selectivityOfHalf({ record, filters }: Run, half: "early" | "late"): number {
  const last = record.probes.steps.at(-1);
  const own = halfOf([...record.model.layers.keys()], half);
  return mean(
    own.map((layer) =>
      mean(
        [...filters.selectivity].filter(
          (_, row) => filters.step[row] === last && filters.layer[row] === layer,
        ),
      ),
    ),
  );
}

/** The first or last half of what is given layer by layer; a middle layer belongs to neither. */
export function halfOf<Item>(layers: readonly Item[], half: "early" | "late"): Item[] {
  const length = Math.floor(layers.length / 2);
  return half === "early" ? layers.slice(0, length) : layers.slice(-length);
}

/** Mean selectivity, %, of the filters of each layer that are active at the last probe; null where none is. */
export function survivorSelectivity({ record, filters }: Run): (number | null)[] {
  const last = record.probes.steps.at(-1);
  const values = record.model.layers.map((): number[] => []);
  for (let row = 0; row < filters.step.length; row++) {
    if (filters.step[row] !== last) continue;
    if (stateOf(filters.gamma[row]!, filters.maxActivation[row]!) !== "alive") continue;
    values[filters.layer[row]!]!.push(100 * filters.selectivity[row]!);
  }
  return values.map((own) => (own.length > 0 ? mean(own) : null));
}
