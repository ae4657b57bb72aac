import type { Arm, ArmRuns } from "../study/arm.js";
import type { PlotlyFigure } from "./figure.js";
import { filterScatter } from "./filter-scatter.js";

export interface ActivationByScaleOptions {
  /** What sets an arm apart: "Leaky ReLU". Default: its label. */
  name?: (arm: Arm) => string;
  /** Panels in a row. Default 3. */
  columns?: number;
}

/** Values below are put here: a logarithm has no place for 0. */
const floors = { gamma: -12, activation: -15 };

/**
 * Scatter of the largest activation over the training images against |gamma|, both on logarithmic axes, of every filter at
 * the last probe: a panel per arm, of the first seed that did not diverge. Both definitions of dead are dotted lines.
 */
export function activationByScale(
  arms: ArmRuns[],
  { name = ({ label }) => label, columns = 3 }: ActivationByScaleOptions = {},
): PlotlyFigure {
  return filterScatter(arms, {
    title: "What is left of every filter: its largest activation against its scale",
    reading:
      "Dotted lines: the definitions of dead, by scale left of 10<sup>−3</sup>, by activation below 10<sup>−12</sup>. Lower edge: silent, or nearly; left edge: |γ| ≤ 10<sup>−12</sup>.",
    name,
    columns,
    x: () => ({
      range: [floors.gamma - 0.5, 1],
      tickvals: [-12, -9, -6, -3, 0],
      ticktext: [-12, -9, -6, -3, 0].map(power),
      title: { text: "|γ| (log scale)" },
    }),
    y: () => ({
      range: [floors.activation - 0.7, 2],
      tickvals: [floors.activation, -12, -9, -6, -3, 0],
      ticktext: ["0", ...[-12, -9, -6, -3, 0].map(power)],
      title: { text: "Largest activation (log scale)" },
    }),
    place: ({ filters }, row) => ({
      x: Math.max(floors.gamma, Math.log10(Math.abs(filters.gamma[row]!))),
      y: Math.max(floors.activation, Math.log10(filters.maxActivation[row]!)),
    }),
    hover: () => "log10 |γ| %{x:.1f}, log10 of the largest activation %{y:.1f}",
    thresholds: () => [{ x: -3 }, { y: -12 }],
  });
}

const power = (exponent: number): string =>
  exponent === 0 ? "1" : `10<sup>${String(exponent).replace("-", "−")}</sup>`;
