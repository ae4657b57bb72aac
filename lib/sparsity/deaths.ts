import type { Death, FilterTable } from "../runs/record.js";
import { inactiveByActivation, inactiveByScale, selectiveThreshold } from "./measures.js";

/**
 * When and how each filter died that is inactive, by either measure, at the last probe: the first probe from which
 * on it stays inactive. The cause is "scale" where |gamma| is below its threshold at that probe, else "shift" (beta
 * has drifted until the ReLU never opens).
 */
export function findDeaths(table: FilterTable): Death[] {
  const rows = new Map<string, number[]>();
  for (let row = 0; row < table.step.length; row++) {
    const key = `${table.layer[row]}/${table.filter[row]}`;
    const known = rows.get(key);
    if (known) known.push(row);
    else rows.set(key, [row]);
  }
  const inactive = (row: number) =>
    inactiveByScale(table.gamma[row]!) || inactiveByActivation(table.maxActivation[row]!);
  const deaths: Death[] = [];
  for (const history of rows.values()) {
    const lastActive = history.findLastIndex((row) => !inactive(row));
    const death = history[lastActive + 1];
    if (death === undefined) continue;
    const before = history.slice(0, lastActive + 1);
    deaths.push({
      layer: table.layer[death]!,
      filter: table.filter[death]!,
      step: table.step[death]!,
      cause: inactiveByScale(table.gamma[death]!) ? "scale" : "shift",
      selectiveFirst: before.some((row) => table.selectivity[row]! > selectiveThreshold),
    });
  }
  return deaths;
}
