import type { Run } from "../runs/record.js";
import { type Death, findDeaths, findResurrections } from "../sparsity/deaths.js";
import { inactiveByActivation, inactiveByScale } from "../sparsity/measures.js";

/** What a filter is at a probe. "alive again": active after having been inactive. */
export type FilterState = "alive" | "alive again" | "dead by activation" | "dead by scale";

/** One filter over the probes of a run. */
export interface FilterHistory {
  layer: number;
  filter: number;
  /** Row of the run's `FilterTable` at each probe. */
  rows: number[];
  /** State at each probe. Inactive by both measures is "dead by scale". */
  states: FilterState[];
  /** How it died, where it is inactive at the last probe. */
  death?: Death;
  /** Step of its first return from an inactive state. */
  revivedAt?: number;
}

/** State of a filter with these measurements, its past aside. */
export function stateOf(gamma: number, maxActivation: number): Exclude<FilterState, "alive again"> {
  if (inactiveByScale(gamma)) return "dead by scale";
  return inactiveByActivation(maxActivation) ? "dead by activation" : "alive";
}

/** Every filter of a run over its probes, in order of layers and filters. */
export function filterHistories({ record, filters }: Run): FilterHistory[] {
  const places = new Map<string, FilterHistory>();
  const key = (layer: number, filter: number) => `${layer}/${filter}`;
  for (let row = 0; row < filters.step.length; row++) {
    const [layer, filter] = [filters.layer[row]!, filters.filter[row]!];
    const name = key(layer, filter);
    const own = places.get(name) ?? { layer, filter, rows: [], states: [] };
    own.rows.push(row);
    own.states.push(stateOf(filters.gamma[row]!, filters.maxActivation[row]!));
    places.set(name, own);
  }
  for (const death of findDeaths(filters)) places.get(key(death.layer, death.filter))!.death = death;
  for (const { layer, filter, revivedAt } of findResurrections(filters)) {
    const own = places.get(key(layer, filter))!;
    own.revivedAt = Math.min(revivedAt, own.revivedAt ?? revivedAt);
    const from = record.probes.steps.indexOf(revivedAt);
    for (let probe = from; own.states[probe] === "alive"; probe++) own.states[probe] = "alive again";
  }
  return [...places.values()];
}
