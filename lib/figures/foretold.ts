import { UserError } from "../errors.js";
import type { PlotlyFigure } from "./figure.js";
import { type Look, rule } from "./marks/index.js";
import { stateColors } from "./palette.js";
import { dotMarks, dotsReading, rowsChart } from "./rows-chart.js";
import { linear } from "./scales.js";

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

const signs: Record<Sign, Look & { name: string }> = {
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
  { seeds: told, data, at }: { seeds: string; data: string; at: string },
): PlotlyFigure {
  if (rows.length === 0) {
    throw new UserError("No filter died in the runs given, so there is no death to foretell.");
  }
  const keys = Object.keys(signs) as Sign[];
  return rowsChart({
    title: "Which filters of a layer will die? How often an early sign tells",
    reading: [
      `${told}. Pairs of filters of one layer, both alive ${at}, of which one dies later and one does not. ${dotsReading} 50 %: a coin.`,
      data,
    ],
    rows: keys.flatMap((sign) =>
      rows
        .filter((row) => Number.isFinite(row[sign]))
        .map(({ name, seed, [sign]: value }) => ({ name, seed, sign: sign as Sign, value })),
    ),
    x: {
      of: "value",
      scale: linear({ from: 20, to: 103 }),
      title: "Pairs in which the sign points at the one that dies (%); right: tells more",
      unit: " %",
    },
    row: ({ name }) => name,
    names: [...new Set(rows.map(({ name }) => name))],
    series: {
      of: ({ sign }) => signs[sign].name,
      names: keys.map((key) => signs[key].name),
      look: (_name, { row }) => ({ ...signs[row.sign] }),
    },
    marks: [rule({ x: 50 }), ...dotMarks],
  });
}
