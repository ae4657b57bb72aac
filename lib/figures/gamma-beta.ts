import type { Arm, ArmRuns } from "../study/arm.js";
import { completedRuns } from "../study/describe.js";
import type { PlotlyFigure } from "./figure.js";
import { filterScatter, lastRows } from "./filter-scatter.js";

export interface GammaBetaOptions {
  /** What sets an arm apart: "L2 10^-3 on weights only". Default: its label. */
  name?: (arm: Arm) => string;
  /** Panels in a row. Default 3. */
  columns?: number;
}

/** Values below are put here: a logarithm has no place for 0. */
const floor = -7;
const threshold = -3;

const hasGamma = ({ config }: Arm): boolean => config.model.normalization !== "none";

/**
 * Scatter of beta against |gamma| of every filter at the last probe, by state: a panel per arm, of the first seed that
 * did not diverge. Networks without normalization have no gamma: their biases stand against the norms of their weights.
 */
export function gammaBetaScatter(
  arms: ArmRuns[],
  { name = ({ label }) => label, columns = 3 }: GammaBetaOptions = {},
): PlotlyFigure {
  const betas = arms.flatMap((item) =>
    completedRuns(item)
      .slice(0, 1)
      .flatMap((run) => lastRows(run).map((row) => run.filters.beta[row]!)),
  );
  const [low, high] = [Math.min(0, ...betas), Math.max(0, ...betas)];
  const pad = 0.05 * (high - low || 1);
  return filterScatter(arms, {
    title: "Where β and |γ| of every filter end, by state",
    reading:
      "Left of the dotted line: dead by scale. Dead by activation: β too low for its |γ| to open ReLU. Left edge: |γ| ≤ 10<sup>−7</sup>.",
    name,
    columns,
    x: (arm) =>
      hasGamma(arm)
        ? {
            range: [floor - 0.3, 1],
            tickvals: [-6, -3, 0],
            ticktext: ["10<sup>−6</sup>", "10<sup>−3</sup>", "1"],
            title: { text: "|γ| (log scale)" },
          }
        : {
            range: [-4, 2],
            tickvals: [-3, 0],
            ticktext: ["10<sup>−3</sup>", "1"],
            title: { text: "no γ: norm of the weights (log scale)" },
          },
    y: () => ({
      range: [low - pad, high + pad],
      zeroline: true,
      zerolinecolor: "#8C8C8C",
      title: { text: "β (bias without BatchNorm)" },
    }),
    place({ record: { config }, filters }, row) {
      const size = config.model.normalization === "none" ? filters.weightNorm : filters.gamma;
      return { x: Math.max(floor, Math.log10(Math.abs(size[row]!))), y: filters.beta[row]! };
    },
    hover: (arm) => `log10 ${hasGamma(arm) ? "|γ|" : "norm"} %{x:.2f}, β %{y:.3f}`,
    thresholds: (arm) => (hasGamma(arm) ? [{ x: threshold }] : []),
  });
}
