import { activationByScale, bothMeasures, deadShareByLayer } from "../figures/index.js";
import type { Run } from "../runs/record.js";
import type { ArmRuns, Scale } from "../study/arm.js";
import { h08, names } from "./h08.js";
import type { Hypothesis, Verdict } from "./hypothesis.js";
import { armsWhere, deadByActivation, deadByScale, strongest } from "./select.js";
import { decide } from "./verdict.js";

/** H17, beyond the paper: activations without a flat half. */
export const h17: Hypothesis = {
  id: "h17",
  notebook: "17-smooth-activations",
  title: "Smooth activations: GELU and SiLU",
  question: "Do smooth activations, which never shut a filter off entirely, keep its scale from decaying?",
  claim:
    "With GELU or SiLU fewer filters decay below the scale threshold than with ReLU at the same penalty.",
  arms: (options) => h08.arms(options).filter(({ config }) => config.model.activation !== "leaky-relu"),
  figures: (runs) => [
    {
      name: "both-measures",
      caption:
        "Share of filters inactive by activation and by scale for each activation, at the same penalty.",
      figure: bothMeasures(runs, {
        title: "Dead by activation or by scale: ReLU against smooth activations",
        row: ({ config }) => names[config.model.activation],
      }),
    },
    {
      name: "activation-by-scale",
      caption:
        "Largest activation over the training images against |gamma| of every filter at the end of training, under the strongest penalty.",
      figure: activationByScale(strongest(runs), {
        name: ({ config }) => names[config.model.activation],
        columns: 2,
      }),
    },
    {
      name: "dead-share-by-layer",
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      figure: deadShareByLayer(runs, { measure: "activation" }),
    },
  ],
  verdict: (runs, scale) =>
    compare(runs, scale, {
      id: "h17",
      claim: h17.claim,
      measure: deadByScale,
      share: "share of filters inactive by scale",
    }),
  sideVerdicts: (runs, scale) => [
    compare(runs, scale, {
      id: "h17, by activation",
      claim: "With GELU or SiLU fewer filters are inactive by activation than with ReLU at the same penalty.",
      measure: deadByActivation,
      share: "share of filters inactive by activation",
    }),
  ],
};

interface Comparison extends Pick<Verdict, "id" | "claim"> {
  measure: (run: Run) => number;
  /** The measure in words. */
  share: string;
}

/** ReLU against the mean of GELU and SiLU, under the strongest penalty. */
function compare(runs: ArmRuns[], scale: Scale, { share, ...claim }: Comparison): Verdict {
  const of = (what: string, ...activations: string[]) =>
    armsWhere("h17", strongest(runs), `Adam with ${what}`, ({ config }) =>
      activations.includes(config.model.activation),
    );
  return decide({
    ...claim,
    comparison: `Adam with the strongest L2, ReLU against the mean of GELU and SiLU: ${share}.`,
    more: of("ReLU", "relu"),
    less: of("GELU or SiLU", "gelu", "silu"),
    unit: "percentage points",
    smallestEffect: 5,
    scale,
  });
}
