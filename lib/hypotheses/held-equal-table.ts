import { capitalized } from "../capitalized.js";
import { meanEstimate } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import type { Cell, Table } from "../tables/table.js";
import { type FamilyPair, heldEqual, sidesOfPairs } from "./held-equal.js";

/**
 * The same runs, asked in every way: for each pair of families the seed-paired difference with each of the things held equal,
 * mean and 95 % half-width. Positive: the first family's filters die more, or for less.
 */
export function heldEqualTable(arms: readonly ArmRuns[], pairs: readonly FamilyPair[]): Table {
  const rules = Object.values(heldEqual);
  return {
    title: "The same runs with something else held equal",
    columns: [
      { label: "Filters die more in" },
      { label: "than in" },
      { label: "Seeds" },
      ...rules.map(({ words, unit }) => ({
        label: capitalized(words),
        unit: unit === "percentage points" ? "points of dead share" : unit,
        digits: 1,
        width: 18,
      })),
    ],
    rows: pairs.map((pair): Cell[] => {
      const found = rules.map((rule) =>
        sidesOfPairs(arms, [pair], rule)
          .map(({ sides: [more, less] }) => more - less)
          .filter(Number.isFinite),
      );
      const seeds = Math.max(...found.map((values) => values.length));
      return [
        pair.more,
        pair.less,
        seeds,
        ...found.map((values) => (values.length > 0 ? meanEstimate(values) : null)),
      ];
    }),
    note: `Mean and half the 95 % Student t interval of the seed-paired difference. ${rules.map(({ words, measured }) => `${capitalized(words)}: ${measured}.`).join(" ")} Positive: the claim's way. Dashes: the two have nothing in common there.`,
  };
}
