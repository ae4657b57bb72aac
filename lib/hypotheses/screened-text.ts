import { errorMargin } from "../study/envelope.js";
import type { Screened } from "./choice.js";
import type { ChosenFamily } from "./choose.js";
import { rateText, strengthText } from "./setting-text.js";

/**
 * Most filters dead of each of two families on held-out images within `errorMargin`, a point, of the lowest error that both reach, and
 * each one's next setting beyond, which another margin might have let in. Throws `RangeError` where one has no setting on record.
 */
export function screenedText(families: readonly ChosenFamily[], names: readonly [string, string]): string {
  const both = names.map((name) => {
    const found = families.find(({ family }) => family.name === name);
    if (!found || found.screened.length === 0) throw new RangeError(`No setting of "${name}" is on record.`);
    return found;
  });
  const limit =
    errorMargin + Math.max(...both.map(({ screened }) => Math.min(...screened.map(({ error }) => error))));
  const parts = both.map(({ family, screened }) => {
    const inside = screened.filter(({ error }) => error <= limit);
    const most = inside.reduce((a, b) => (b.dead > a.dead ? b : a));
    const next = screened
      .filter(({ error, dead }) => error > limit && dead > most.dead)
      .sort((a, b) => a.error - b.error)[0];
    return `${family.name} leaves ${told(most)}${next ? `, and beyond that ${told(next)}` : ""}`;
  });
  return `Within a point of the lowest held-out error that both reach, at most ${limit.toFixed(1)} %: ${parts.join("; ")}.`;
}

/** "53 % dead at 19.7 % (rate 1e-3, λ 1e-2)" */
const told = (setting: Screened): string =>
  `${setting.dead.toFixed(0)} % dead at ${setting.error.toFixed(1)} % (rate ${rateText(setting)}, λ ${strengthText(setting.lambda)})`;
