import { bothMeasures, deadShareByLayer } from "../figures/index.js";
import { h08, names } from "./h08.js";
import type { Hypothesis } from "./hypothesis.js";
import { armsWhere, deadByScale, seedMean } from "./select.js";
import { decidePairs } from "./verdict.js";

/** H17, beyond the paper: activations without a flat half. */
export const h17: Hypothesis = {
  id: "h17",
  notebook: "17-smooth-activations",
  title: "With GELU and SiLU scales decay as with ReLU",
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
      name: "dead-share-by-layer",
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      figure: deadShareByLayer(runs, { measure: "activation" }),
    },
  ],
  verdict(runs, scale) {
    const strength = Math.max(...runs.map(({ arm }) => arm.lambda));
    const of = (activations: string[]) =>
      armsWhere(
        "h17",
        runs,
        `Adam with ${activations.join(" or ")}`,
        ({ lambda, config }) => lambda === strength && activations.includes(config.model.activation),
      );
    const sides = { relu: of(["relu"]), smooth: of(["gelu", "silu"]) };
    return decidePairs({
      id: "h17",
      claim: h17.claim,
      comparison:
        "Adam with the strongest L2, ReLU against the mean of GELU and SiLU: share of filters inactive by scale.",
      arms: [...sides.relu, ...sides.smooth],
      pair: (seed) => [seedMean(sides.relu, seed, deadByScale), seedMean(sides.smooth, seed, deadByScale)],
      unit: "percentage points",
      smallestEffect: 5,
      scale,
    });
  },
};
