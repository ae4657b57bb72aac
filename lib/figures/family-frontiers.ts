import type { ArmRuns } from "../study/arm.js";
import { type RunRow, runRows } from "../study/run-rows.js";
import { chart } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { meansAndSeeds } from "./frontiers.js";
import type { Look } from "./marks/index.js";
import { optimizerStyle } from "./palette.js";
import { linear } from "./scales.js";

/** A run of a tuned family at its end as a row. */
export interface FamilyRow extends RunRow {
  family: string;
}

/** Every run of tuned families as a row, each family's settings from the most accurate on, as held-out images ordered them. */
export const familyRows = (arms: readonly ArmRuns[]): FamilyRow[] =>
  arms.flatMap((item) => {
    const { family } = item.arm;
    return family === undefined ? [] : runRows([item], () => ({ family }));
  });

/** A family's look: its optimizer's, open and dotted with decoupled decay; other normalizations get colors of their own. */
export function familyLook({ optimizer, normalization, family }: FamilyRow): Look {
  const look = optimizerStyle(optimizer);
  const other = { GroupNorm: "#0072B2", LayerNorm: "#009E73" }[normalization];
  if (other !== undefined)
    return { color: other, symbol: "square", dash: normalization === "GroupNorm" ? "6px,3px" : "2px,3px" };
  // Its unpenalized arm has no form.
  return family.endsWith("decoupled decay")
    ? { ...look, symbol: `${look.symbol}-open`, dash: "2px,4px" }
    : look;
}

export interface FamilyFrontiersOptions {
  /** A family that is drawn in every panel to compare with, without seeds; each other one gets a panel. Default: all in one panel. */
  reference?: string;
  title?: string;
}

/**
 * Dead share against test error of tuned families at the settings that held-out images chose, from the most accurate on; a ring:
 * the most accurate one without a penalty.
 */
export function familyFrontiers(
  arms: ArmRuns[],
  {
    reference,
    title = "Dead filters against test error, rates and penalties tuned",
  }: FamilyFrontiersOptions = {},
): PlotlyFigure {
  const rows = familyRows(arms).map((row) => ({ ...row, panel: row.family, series: row.family }));
  const others = rows.filter(({ family }) => family !== reference);
  const names = [...new Set(others.map(({ family }) => family))];
  const everywhere = `${reference} (in every panel)`;
  const compared = reference === undefined ? [] : rows.filter(({ family }) => family === reference);
  const one = reference === undefined;
  return chart({
    title,
    reading:
      "Large marks: mean of the seeds at one setting, from the most accurate one on; ring: without a penalty; small marks: seeds. Settings were chosen on held-out images. Further left and up: accurate and sparse.",
    about: arms,
    rows: [
      ...names.flatMap((panel) => compared.map((row) => ({ ...row, panel, series: everywhere }))),
      ...(one ? rows : others),
    ],
    ...(!one && { panels: { of: "panel", names, columns: names.length <= 3 ? names.length : 3 } }),
    x: { of: "testError", title: "Test error (%); left: better" },
    y: {
      of: "deadByActivation",
      scale: linear({ from: -3, to: 103 }),
      title: names.length > 3 && !one ? "Dead filters (%)" : "Filters inactive by activation (%)",
    },
    series: { of: "series", look: (_name, { row }) => familyLook(row) },
    marks: meansAndSeeds<(typeof rows)[number]>({
      label: ({ arm }) => arm,
      hover: "%{y:.1f} % dead at %{x:.1f} % test error",
      ring: ({ lambda }) => lambda === 0,
      line: ({ lambda }) => lambda > 0,
      faint: (name) => name === everywhere,
      legend: (name) => one || name === everywhere,
    }),
    legend: true,
    height: names.length > 3 && !one ? 190 : one ? 420 : 360,
  });
}
