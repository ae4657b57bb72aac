import type { Run } from "../runs/record.js";
import type { EstimateStyle } from "./estimates.js";
import { stateColors } from "./palette.js";

/** A way to count dead filters, with its look where both stand in one figure. */
export interface DeadMeasure {
  /** "by scale" */
  short: string;
  /** With its definition, in Plotly's markup. */
  name: string;
  style: EstimateStyle;
  /** Share of all filters at the end of training, %. */
  percent(run: Run): number;
}

export const deadMeasures: Record<"scale" | "activation", DeadMeasure> = {
  scale: {
    short: "by scale",
    name: "Inactive by scale (|γ| < 10<sup>−3</sup>)",
    style: { color: stateColors.deadByScale, symbol: "square", dash: "solid" },
    percent: ({ record }) => 100 * record.final.deadByScale,
  },
  activation: {
    short: "by activation",
    name: "Inactive by activation (max < 10<sup>−12</sup>)",
    style: { color: stateColors.deadByActivation, symbol: "circle", dash: "6px,3px" },
    percent: ({ record }) => 100 * record.final.deadByActivation,
  },
};

/** Upper end of an axis of shares, %: all of them, or a rounder part where all are small. */
export const shareLimit = (most: number): number =>
  most > 40 ? 100 : Math.max(10, 10 * Math.ceil((most * 1.15) / 10));
