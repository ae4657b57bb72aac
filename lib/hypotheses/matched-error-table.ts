import type { ArmRuns } from "../study/arm.js";
import { atMatchedError, errorMargin, matchedErrorOf } from "../study/envelope.js";
import type { Cell, Table } from "../tables/table.js";
import { envelopesOfPairs, type FamilyPair } from "./held-equal.js";
import { margins } from "./specification/margins.js";

/**
 * What a difference at matched test error is made of: for each margin and seed the error up to which both families count, and
 * the largest share of filters that either has lost by then, %. Where settings end close to that error, one seed has them and
 * another does not, and the mean over seeds hides it.
 */
export function matchedErrorTable(arms: readonly ArmRuns[], pair: FamilyPair): Table {
  const reached = envelopesOfPairs(arms, [pair]);
  const rows = margins.flatMap((margin) =>
    reached.map(({ seed, envelopes }): Cell[] => {
      const [more, less] = atMatchedError(...envelopes, margin);
      return [margin, seed, matchedErrorOf(...envelopes, margin), more, less, more - less];
    }),
  );
  const dead = { unit: "% dead", digits: 1 };
  return {
    title: "At matched test error, seed by seed",
    columns: [
      { label: "Margin", unit: "points", digits: 1 },
      { label: "Seed" },
      { label: "Test errors up to", unit: "%", digits: 1 },
      { label: pair.more, ...dead },
      { label: pair.less, ...dead },
      { label: "Difference", unit: "points", digits: 1 },
    ],
    rows,
    note: `Test errors up to: the margin above the lowest that both reach, of settings that held-out images chose as the most accurate. Dead: the largest share of filters that are inactive by activation at such an error. The verdict takes a margin of ${errorMargin} point.`,
  };
}
