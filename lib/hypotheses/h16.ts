import { bothMeasures, deadShareByLayer, gammaHistograms } from "../figures/index.js";
import { arm } from "./arms.js";
import type { Arm, ArmOptions, Hypothesis } from "./hypothesis.js";
import { armWhere, deadByActivation, seedMean } from "./select.js";
import { decidePairs } from "./verdict.js";

const others = { group: "GroupNorm", layer: "LayerNorm" } as const;
const names = { batch: "BatchNorm", ...others, none: "none" };

/** H16, beyond the paper: group and layer normalization in place of BatchNorm. */
export const h16: Hypothesis = {
  id: "h16",
  notebook: "16-other-normalizations",
  title: "GroupNorm and LayerNorm leave fewer filters dead than BatchNorm",
  question: "Is it BatchNorm that lets filters die, or any normalization with a scale and a shift?",
  claim: "With GroupNorm or LayerNorm fewer filters die than with BatchNorm at the same penalty.",
  arms,
  figures: (runs) => [
    {
      name: "both-measures",
      caption:
        "Share of filters inactive by activation and by scale for each normalization, at the same penalty.",
      figure: bothMeasures(runs, {
        title: "Dead by activation or by scale: BatchNorm, GroupNorm and LayerNorm",
        row: ({ config }) => names[config.model.normalization],
      }),
    },
    {
      name: "gamma-histograms",
      caption: "Distribution of |gamma| over all filters at the end of training.",
      figure: gammaHistograms(runs, { row: ({ config }) => names[config.model.normalization] }),
    },
    {
      name: "dead-share-by-layer",
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      figure: deadShareByLayer(runs, { measure: "activation" }),
    },
  ],
  verdict(runs, scale) {
    const strength = Math.max(...runs.map(({ arm }) => arm.lambda));
    const of = (normalization: string) =>
      armWhere(
        "h16",
        runs,
        `Adam with ${normalization} normalization`,
        ({ lambda, config }) => lambda === strength && config.model.normalization === normalization,
      );
    const sides = { batch: [of("batch")], others: [of("group"), of("layer")] };
    return decidePairs({
      id: "h16",
      claim: h16.claim,
      comparison:
        "Adam with the strongest L2, BatchNorm against the mean of GroupNorm and LayerNorm: share of filters inactive by activation.",
      arms: [...sides.batch, ...sides.others],
      pair: (seed) => [
        seedMean(sides.batch, seed, deadByActivation),
        seedMean(sides.others, seed, deadByActivation),
      ],
      unit: "percentage points",
      smallestEffect: 5,
      scale,
    });
  },
};

function arms(options: ArmOptions): Arm[] {
  const lambdas = { smoke: [1e-2], quick: [1e-2], lite: [3e-4, 1e-3], paper: [1e-4, 1e-3] }[options.scale];
  const groups = options.scale === "smoke" ? 2 : undefined;
  return lambdas.flatMap((lambda) => [
    arm(options, "Adam", { penalty: { lambda } }),
    ...(["group", "layer"] as const).map((normalization) =>
      arm(options, "Adam", {
        penalty: { lambda },
        model: { normalization, groups },
        note: others[normalization],
      }),
    ),
  ]);
}
