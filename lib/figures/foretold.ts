import { UserError } from "../errors.js";
import { dots } from "./dots.js";
import type { PlotlyFigure } from "./figure.js";
import { stateColors } from "./palette.js";

/**
 * One seed of an optimizer and form of penalty: of pairs of filters of one layer, one that dies and one that lives, the share
 * (%) in which a sign early in training tells which dies. NaN where a sign is not known.
 */
export interface ForetoldRow {
  name: string;
  seed: number;
  /** The one that dies has the smaller root mean square gradient on gamma. */
  running: number;
  /** The one that dies has the smaller gradient on gamma, over a few mini-batches. */
  gradient: number;
  /** The one that dies is the more selective. */
  selectivity: number;
}

export type Sign = "running" | "gradient" | "selectivity";

const signs: Record<Sign, { name: string; color: string; symbol: string }> = {
  running: {
    name: "small √v, the optimizer's running mean",
    color: stateColors.deadByScale,
    symbol: "square",
  },
  gradient: { name: "small gradient at one probe", color: stateColors.deadByActivation, symbol: "circle" },
  selectivity: { name: "high selectivity", color: "#7A7A7A", symbol: "diamond-open" },
};

/** How well early signs tell which filters of a layer will die: a row per optimizer and form of penalty. */
export function foretoldDeaths(
  rows: readonly ForetoldRow[],
  { seeds, data, at }: { seeds: string; data: string; at: string },
): PlotlyFigure {
  if (rows.length === 0) {
    throw new UserError("No filter died in the runs given, so there is no death to foretell.");
  }
  const names = [...new Set(rows.map(({ name }) => name))];
  const keys = Object.keys(signs) as Sign[];
  return dots({
    title: "Which filters of a layer will die? How often an early sign tells",
    subtitle: [
      `${seeds}. Pairs of filters of one layer, both alive ${at}, of which one dies later and one does not. Large mark: mean of the seeds, bar: lowest to highest; small marks: seeds. 50 %: a coin.`,
      data,
    ],
    rows: names,
    series: keys.map((key) => ({ name: signs[key].name, style: signs[key] })),
    panels: [
      {
        name: "",
        title: "Pairs in which the sign points at the one that dies (%); right: tells more",
        range: [20, 103],
        reference: 50,
        seeds: (name, series) => {
          const key = keys.find((one) => signs[one].name === series.name)!;
          return rows
            .filter((row) => row.name === name && Number.isFinite(row[key]))
            .map((row) => ({ seed: row.seed, value: row[key] }));
        },
      },
    ],
  });
}
