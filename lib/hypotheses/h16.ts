import { activationByScale, bothMeasures, deadShareByLayer, gammaHistograms } from "../figures/index.js";
import type { Run } from "../runs/record.js";
import { arm } from "./arms.js";
import type { Arm, ArmOptions, ArmRuns, Hypothesis, Scale, Verdict } from "./hypothesis.js";
import { armsWhere, deadByActivation, deadByScale, strongest } from "./select.js";
import { decide } from "./verdict.js";

const others = { group: "GroupNorm", layer: "LayerNorm" } as const;
const names = { batch: "BatchNorm", ...others, none: "none" };

/** H16, beyond the paper: group and layer normalization in place of BatchNorm. */
export const h16: Hypothesis = {
  id: "h16",
  notebook: "16-other-normalizations",
  title: "Other normalizations: GroupNorm and LayerNorm",
  question: "Is it BatchNorm that lets filters die, or any normalization with a scale and a shift?",
  claim: "With GroupNorm or LayerNorm fewer filters die than with BatchNorm at the same penalty.",
  arms,
  figures: (runs) => [
    {
      name: "both-measures",
      caption:
        "Share of filters inactive by activation and by scale for each normalization, at the same penalty.",
      figure: bothMeasures(penalized(runs), {
        title: "Dead by activation or by scale: BatchNorm, GroupNorm and LayerNorm",
        row: ({ config }) => names[config.model.normalization],
      }),
    },
    {
      name: "activation-by-scale",
      caption:
        "Largest activation over the training images against |gamma| of every filter at the end of training, under the strongest penalty.",
      figure: activationByScale(strongest(runs), { name: ({ config }) => names[config.model.normalization] }),
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
  verdict: (runs, scale) =>
    compare(runs, scale, {
      id: "h16",
      claim: h16.claim,
      measure: deadByActivation,
      share: "share of filters inactive by activation",
    }),
  sideVerdicts: (runs, scale) => [
    compare(runs, scale, {
      id: "h16, by scale",
      claim:
        "With GroupNorm or LayerNorm fewer filters fall below the scale threshold than with BatchNorm at the same penalty.",
      measure: deadByScale,
      share: "share of filters inactive by scale",
    }),
  ],
};

const penalized = (runs: ArmRuns[]): ArmRuns[] => runs.filter(({ arm: { lambda } }) => lambda > 0);

interface Comparison extends Pick<Verdict, "id" | "claim"> {
  measure: (run: Run) => number;
  /** The measure in words. */
  share: string;
}

/** BatchNorm against the mean of the others, under the strongest penalty. */
function compare(runs: ArmRuns[], scale: Scale, { share, ...claim }: Comparison): Verdict {
  const of = (what: string, ...normalizations: string[]) =>
    armsWhere("h16", strongest(runs), `Adam with ${what}`, ({ config }) =>
      normalizations.includes(config.model.normalization),
    );
  return decide({
    ...claim,
    comparison: `Adam with the strongest L2, BatchNorm against the mean of GroupNorm and LayerNorm: ${share}.`,
    more: of("BatchNorm", "batch"),
    less: of("GroupNorm or LayerNorm", "group", "layer"),
    unit: "percentage points",
    smallestEffect: 5,
    scale,
  });
}

function arms(options: ArmOptions): Arm[] {
  const lambdas = { smoke: [1e-2], quick: [1e-2], lite: [0, 1e-4, 3e-4, 1e-3], paper: [1e-4, 1e-3] }[
    options.scale
  ];
  const groups = options.scale === "smoke" ? 2 : undefined;
  return lambdas.flatMap((lambda) => [
    arm(options, "Adam", { penalty: { lambda } }),
    ...(["group", "layer"] as const).map((normalization) =>
      arm(options, "Adam", {
        penalty: { lambda },
        model: { normalization, groups },
        note: others[normalization],
        supporting: lambda === 0,
      }),
    ),
  ]);
}
