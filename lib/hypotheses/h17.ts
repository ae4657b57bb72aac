import { activationByScale, bothMeasures, deadShareByLayer } from "../figures/index.js";
import { factorsOf } from "../study/factors.js";
import { type MeasureName, measures } from "../study/measures.js";
import { highest } from "../study/study-runs.js";
import type { FactorContrast } from "./contrast.js";
import { activationArms } from "./h08.js";
import { study } from "./study.js";

/** ReLU against the mean of GELU and SiLU, under the strongest penalty. */
const reluAgainst = (of: MeasureName): FactorContrast => ({
  among: { lambda: highest },
  more: { activation: "ReLU" },
  less: { activation: ["GELU", "SiLU"] },
  every: "activation",
  of,
  comparison: `Adam with the strongest L2, ReLU against the mean of GELU and SiLU: ${measures[of].words}.`,
});

/** H17, beyond the paper: activations without a flat half. */
export const h17 = study({
  id: "h17",
  notebook: "17-smooth-activations",
  title: "Smooth activations: GELU and SiLU",
  question: "Do smooth activations, which never shut a filter off entirely, keep its scale from decaying?",
  claim:
    "With GELU or SiLU fewer filters decay below the scale threshold than with ReLU at the same penalty.",
  source: "own",
  answers: {
    supported: "They keep some: with GELU or SiLU {} fewer scales decay than with ReLU at the same penalty.",
    contradicted: "They do not: with GELU or SiLU {} more scales decay than with ReLU at the same penalty.",
    difference: "the difference in decayed scales between ReLU and GELU or SiLU, at the same penalty,",
  },
  arms: (options) => activationArms(options, ["elu", "gelu", "silu"]),
  contrasts: {
    main: {
      ...reluAgainst("deadByScale"),
      page: { words: ["with ReLU", "with GELU"] },
      specification: {
        settled: ["definition"],
        choices: { against: "both" },
        also: (["GELU", "SiLU"] as const).map((activation) => ({
          choices: { against: activation },
          change: { less: { activation } },
        })),
      },
    },
    byActivation: {
      ...reluAgainst("deadByActivation"),
      id: "by activation",
      claim: "With GELU or SiLU fewer filters are inactive by activation than with ReLU at the same penalty.",
    },
  },
  figures: {
    "both-measures": {
      caption:
        "Share of filters inactive by activation and by scale for each activation, at the same penalty.",
      of: (runs) =>
        bothMeasures(runs, {
          title: "Dead by activation or by scale: ReLU against smooth activations",
          row: ({ config }) => factorsOf(config).activation,
        }),
    },
    "activation-by-scale": {
      caption:
        "Largest activation over the training images against |gamma| of every filter at the end of training, under the strongest penalty.",
      of: (runs) =>
        activationByScale(runs.where({ lambda: highest }), {
          name: ({ config }) => factorsOf(config).activation,
          columns: 2,
        }),
    },
    "dead-share-by-layer": {
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      of: (runs) => deadShareByLayer(runs, { measure: "activation" }),
    },
  },
});
