import type { Column } from "../catalog.js";
import { legendOf, levelColors, rampColors, rampSteps } from "../colors.js";
import type { Picture } from "../messages.js";
import { domainOf, placeOn } from "../scale.js";
import { numbersOf } from "./axis.js";
import type { Numbers } from "./store.js";

/** Colors of some rows, in their order, as places in a list of "#rrggbb". */
export interface Tones {
  legend: Picture["legend"];
  ramp: Picture["ramp"];
  colors: readonly string[];
  of: Uint16Array;
}

/** Names, and numbers with few values, have a color each; other numbers one by their size. `places`: among the levels. */
export function tonesOf(
  column: Column | undefined,
  { values, places }: { values: Numbers | undefined; places: Numbers | undefined },
  rows: Uint32Array,
): Tones {
  const of = new Uint16Array(rows.length);
  if (!column || !values || !places) return { legend: [], ramp: undefined, colors: ["#332288"], of };
  const { levels, name, log } = column;
  if (levels) {
    const counts = levels.map(() => 0);
    for (let index = 0; index < of.length; index++) {
      of[index] = places[rows[index]!]!;
      counts[of[index]!]!++;
    }
    const colors = levelColors(name, levels, counts);
    return { legend: legendOf(levels, colors, counts), ramp: undefined, colors, of };
  }
  const own = numbersOf(values, rows);
  const domain = domainOf(log ? "log" : "linear", own, 0);
  for (let index = 0; index < of.length; index++) {
    const step = Math.min(rampSteps - 1, Math.floor(rampSteps * placeOn(domain, own[index]!)));
    of[index] = Number.isNaN(step) ? rampSteps : step;
  }
  const [from, to] = [domain.from, domain.to].map((end) => (log ? 10 ** end : end));
  return { legend: [], ramp: { from: from!, to: to! }, colors: [...rampColors, "#BDBDBD"], of };
}
