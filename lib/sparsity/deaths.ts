import type { FilterTable } from "./filter-table.js";
import { inactiveByActivation, inactiveByScale, selectiveThreshold } from "./measures.js";

/** How a filter died; `selectiveFirst` where its selectivity was above 0.9 at an earlier probe. */
export interface Death {
  layer: number;
  filter: number;
  /** First probe step at which the filter is inactive by either measure and stays so to the end. */
  step: number;
  /** undefined where the probes around it lie so far apart that |gamma| may have decayed long after the ReLU had closed. */
  cause: "scale" | "shift" | undefined;
  selectiveFirst: boolean;
}

/** A filter that was inactive at one probe and active again at a later one. */
export interface Resurrection {
  layer: number;
  filter: number;
  /** Probe step at which it was first seen inactive. */
  diedAt: number;
  /** Probe step at which it was next seen active. */
  revivedAt: number;
  /** Whether it is inactive at the last probe all the same. */
  diedAgain: boolean;
}

/** Rows of each filter in order of their steps, by layer and filter. */
export function histories(table: FilterTable): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  for (let row = 0; row < table.step.length; row++) {
    const key = `${table.layer[row]}/${table.filter[row]}`;
    const known = rows.get(key);
    if (known) known.push(row);
    else rows.set(key, [row]);
  }
  return rows;
}

/** Whether a filter is inactive at a row of the table, by either measure. */
export const inactiveAt = (table: FilterTable, row: number): boolean =>
  inactiveByScale(table.gamma[row]!) || inactiveByActivation(table.maxActivation[row]!);

/** Share of the training between the probes around a death above which they do not tell its cause; a tenth is usual. */
const widestGap = 0.5;

/** Whether probes at these steps, ascending, tell the cause of every death, whenever it comes. */
export const tellsCauses = (steps: readonly number[]): boolean =>
  steps.every((step, place) => step - (steps[place - 1] ?? 0) <= widestGap * steps.at(-1)!);

/**
 * When and how each filter died that is inactive, by either measure, at the last probe: the first probe from which
 * on it stays inactive. The cause is "scale" where |gamma| is below its threshold at that probe, else "shift" (beta
 * has drifted until the ReLU never opens); it is not known where more than half of the training lies between the two
 * probes around the death, as in records that keep two probes only.
 */
export function findDeaths(table: FilterTable): Death[] {
  const deaths: Death[] = [];
  const end = table.step.reduce((most, step) => Math.max(most, step), 0);
  for (const history of histories(table).values()) {
    const lastActive = history.findLastIndex((row) => !inactiveAt(table, row));
    const death = history[lastActive + 1];
    if (death === undefined) continue;
    const before = history.slice(0, lastActive + 1);
    const from = before.length === 0 ? table.step[death]! : table.step[before.at(-1)!]!;
    const isDated = table.step[death]! - from <= widestGap * end;
    deaths.push({
      layer: table.layer[death]!,
      filter: table.filter[death]!,
      step: table.step[death]!,
      cause: isDated ? (inactiveByScale(table.gamma[death]!) ? "scale" : "shift") : undefined,
      selectiveFirst: before.some((row) => table.selectivity[row]! > selectiveThreshold),
    });
  }
  return deaths;
}

/**
 * Filters that came back. The last probe looks at more images than those before it, among which one may wake a filter
 * that slept through the others: there only the return of |gamma| counts.
 */
export function findResurrections(table: FilterTable): Resurrection[] {
  const found: Resurrection[] = [];
  for (const history of histories(table).values()) {
    const last = history.at(-1)!;
    let diedAt: number | undefined;
    let byScale = false;
    for (const row of history) {
      const inactive = inactiveAt(table, row);
      if (inactive) {
        diedAt ??= row;
        byScale ||= inactiveByScale(table.gamma[row]!);
        continue;
      }
      if (diedAt !== undefined && (row !== last || byScale)) {
        found.push({
          layer: table.layer[row]!,
          filter: table.filter[row]!,
          diedAt: table.step[diedAt]!,
          revivedAt: table.step[row]!,
          diedAgain: inactiveAt(table, last),
        });
      }
      diedAt = undefined;
      byScale = false;
    }
  }
  return found;
}
