import { histories, inactiveAt } from "./deaths.js";
import type { FilterTable } from "./filter-table.js";

/** A filter found inactive at a probe after which it is looked at once more on as many images. */
export interface Sleeper {
  layer: number;
  filter: number;
  /** Step of the probe. */
  step: number;
  /** Row of the table. */
  row: number;
  /** Probes in a row, this one included, at which it was inactive; those before training do not count. */
  asleepFor: number;
  /** Whether it is active at the next probe. */
  returns: boolean;
  /** Share of the probed images that it answers to at the next probe; 0 where it does not return. */
  answers: number;
}

/**
 * A return counts as sizable where the filter then answers to more than this share of the probed images. A filter that answers
 * to fewer may have been at work all the time on images that are not among them: of a thousand images, one that answers to 1 %
 * of all is silent on every one with a probability of exp(-10).
 */
export const sizableShare = 0.01;

/**
 * Every filter at every probe at which it is inactive by either measure, and whether the next probe finds it active. Left out
 * are the probe before training, at which a filter is what its random weights make it, and what the last probe would say: it
 * looks at more images, among which one may wake a filter that slept through the others.
 */
export function findSleepers(table: FilterTable): Sleeper[] {
  return [...histories(table).values()].flatMap((history) => {
    const found: Sleeper[] = [];
    let asleepFor = 0;
    for (const [probe, row] of history.slice(0, -2).entries()) {
      asleepFor = probe > 0 && inactiveAt(table, row) ? asleepFor + 1 : 0;
      if (asleepFor === 0) continue;
      const next = history[probe + 1]!;
      const returns = !inactiveAt(table, next);
      found.push({
        layer: table.layer[row]!,
        filter: table.filter[row]!,
        step: table.step[row]!,
        row,
        asleepFor,
        returns,
        answers: returns ? 1 - table.selectivity[next]! : 0,
      });
    }
    return found;
  });
}
