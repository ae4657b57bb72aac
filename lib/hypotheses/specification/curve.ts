import type { PlotlyFigure } from "../../figures/figure.js";
import { specificationChart } from "../../figures/specification-curve.js";
import { verdictNumbers } from "../verdict-text.js";
import type { Choice } from "./choices.js";
import { type SpecificationRow, variedChoices } from "./row.js";
import { specificationCounts } from "./sentence.js";

/** Levels whose names do not say what they are levels of. */
const levelNames: Partial<Record<Choice, (level: string) => string>> = {
  rate: (level) => `rate ${level}`,
  against: (level) => `against ${level}`,
  seen: (level) => `${level} seen`,
  matching: (level) => level.replace(/^test error within (\S+) points?$/, "error within $1"),
  penalty: (level) => (level === "none" || level === "tuned" ? `penalty ${level}` : level),
};

const levelName = (choice: Choice, level: string): string => levelNames[choice]?.(level) ?? level;

/** The specification curve of some rows. Throws `UserError` where there is none. */
export function specificationCurve(rows: readonly SpecificationRow[]): PlotlyFigure {
  const varied = variedChoices(rows).map(([choice, levels]) => ({
    choice,
    levels: levels.toSorted(byNumber),
  }));
  const main = rows.find(({ isMain }) => isMain);
  const counted = rows.filter(({ unit }) => unit === (main ?? rows[0])?.unit);
  return specificationChart(
    rows.map((row) => ({
      ...row,
      levels: varied.flatMap(({ choice }) => {
        const level = row[choice];
        return level === null ? [] : [levelName(choice, level)];
      }),
      text: hoverOf(row),
    })),
    {
      reading: [
        `${specificationCounts(counted)}.`,
        "Each dot answers the question in one way, below it what was chosen. Bar: 95 % interval; grey band: too small to matter; large mark: the verdict's own way.",
      ],
      choices: varied.map(({ choice, levels }) => levels.map((level) => levelName(choice, level))),
    },
  );
}

function hoverOf(row: SpecificationRow): string {
  const { interval, seeds, verdict, comparison } = row;
  const { interval: range } = verdictNumbers({ ...row, interval: interval ?? [-Infinity, Infinity] });
  const basis = `${seeds} ${seeds === 1 ? "seed" : "seeds"}${range === undefined ? "" : `, ${range}: ${verdict}`}`;
  return `${comparison.replace(/\.$/, "")} (${basis})`;
}

/** Words as words and numbers as numbers: "L2 3e-4" before "L2 1e-3", "1e-2" before "1e-2, warm-up". */
function byNumber(a: string, b: string): number {
  const [own, others] = [a, b].map((text) => text.split(/,? /)) as [string[], string[]];
  for (const [place, one] of own.entries()) {
    const other = others[place];
    if (other === undefined) return 1;
    const difference = Number(one) - Number(other);
    const order = Number.isNaN(difference) ? one.localeCompare(other) : difference;
    if (order !== 0) return order;
  }
  return own.length - others.length;
}
