import { activationByScale, bothMeasures, deadShareByLayer, gammaHistograms } from "../figures/index.js";
import { shortNumber } from "../runs/describe.js";
import type { Run } from "../runs/record.js";
import type { Arm, ArmRuns, Scale } from "../study/arm.js";
import { lambdaText } from "../study/describe.js";
import { type ArmChanges, arm } from "./arms.js";
import type { ArmOptions, Hypothesis, Verdict } from "./hypothesis.js";
import { optimizerSetting } from "./optimizer-settings.js";
import { possibleFigures } from "./possible-figures.js";
import { armsWhere, deadByActivation, deadByScale, strongest } from "./select.js";
import { decide } from "./verdict.js";

const others = { group: "GroupNorm", layer: "LayerNorm" } as const;
const names = { batch: "BatchNorm", ...others, none: "none" };

/**
 * At `lite` scale the learning rate that suits BatchNorm is too high for the others, which are less accurate there with
 * and without a penalty. The comparison is made once more at this one.
 */
const lowerRate = 3e-3;
/** Strength that the verdict at that rate rests on. */
const lowerRateLambda = 1e-3;

/** H16, beyond the paper: group and layer normalization in place of BatchNorm. */
export const h16: Hypothesis = {
  id: "h16",
  notebook: "16-other-normalizations",
  title: "Other normalizations: GroupNorm and LayerNorm",
  question: "Is it BatchNorm that lets filters die, or any normalization with a scale and a shift?",
  claim: "With GroupNorm or LayerNorm fewer filters die than with BatchNorm at the same penalty.",
  arms,
  figures: (runs) =>
    possibleFigures([
      () => ({
        name: "both-measures",
        caption:
          "Share of filters inactive by activation and by scale for each normalization, at the same penalty.",
        figure: bothMeasures(penalized(usual(runs)), {
          title: "Dead by activation or by scale: BatchNorm, GroupNorm and LayerNorm",
          row,
        }),
      }),
      () => ({
        name: "activation-by-scale",
        caption:
          "Largest activation over the training images against |gamma| of every filter at the end of training, under the strongest penalty.",
        figure: activationByScale(strongest(usual(runs)), { name: row }),
      }),
      () => ({
        name: "gamma-histograms",
        caption: "Distribution of |gamma| over all filters at the end of training.",
        figure: gammaHistograms(usual(runs), { row }),
      }),
      () => ({
        name: "dead-share-by-layer",
        caption: "Share of filters in each layer that are inactive by activation at the end of training.",
        figure: deadShareByLayer(usual(runs), { measure: "activation" }),
      }),
      () => ({
        name: "both-measures-at-the-lower-rate",
        caption:
          "Share of filters inactive by activation and by scale for each normalization at a learning rate that suits all three.",
        figure: bothMeasures(penalized(atLowerRate(runs)), {
          title: `Dead by activation or by scale at a learning rate of ${lambdaText(lowerRate)}`,
          row,
        }),
      }),
    ]),
  verdict: (runs, scale) => compare(usual(runs), scale, { id: "h16", claim: h16.claim, ...byActivation }),
  sideVerdicts: (runs, scale) => [
    compare(usual(runs), scale, {
      id: "h16, by scale",
      claim:
        "With GroupNorm or LayerNorm fewer filters fall below the scale threshold than with BatchNorm at the same penalty.",
      measure: deadByScale,
      share: "share of filters inactive by scale",
    }),
    ...(atLowerRate(runs).length > 0
      ? [
          compare(atLowerRate(runs), scale, {
            id: "h16, at a lower learning rate",
            claim: `${h16.claim.slice(0, -1)}, at a learning rate that suits them better.`,
            ...byActivation,
          }),
        ]
      : []),
  ],
};

const byActivation = { measure: deadByActivation, share: "share of filters inactive by activation" };

const row = ({ config }: Arm) => names[config.model.normalization];

const rateOf = ({ config }: Arm) => config.optimizer.learningRate;

/** Arms at the rate that the other hypotheses have too: the highest. */
function usual(runs: ArmRuns[]): ArmRuns[] {
  const highest = Math.max(...runs.map(({ arm }) => rateOf(arm)));
  return runs.filter(({ arm }) => rateOf(arm) === highest);
}

function atLowerRate(runs: ArmRuns[]): ArmRuns[] {
  const atUsualRate = new Set(usual(runs));
  return runs.filter((item) => !atUsualRate.has(item));
}

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
  const { scale } = options;
  const lambdas = { smoke: [1e-2], quick: [1e-2], lite: [0, 1e-4, 3e-4, 1e-3], paper: [1e-4, 1e-3] }[scale];
  const again = scale === "lite" ? [0, 3e-4, lowerRateLambda] : [];
  return [
    ...lambdas.flatMap((lambda) => compared(options, lambda)),
    ...again.flatMap((lambda) => compared(options, lambda, lowerRate)),
  ];
}

/** The three normalizations under one penalty, at Adam's learning rate for the scale or another. */
function compared(options: ArmOptions, lambda: number, learningRate?: number): Arm[] {
  const groups = options.scale === "smoke" ? 2 : undefined;
  const isOther = learningRate !== undefined;
  const { optimizer } = optimizerSetting(options.scale, "Adam");
  const changes: ArmChanges = {
    penalty: { lambda },
    ...(isOther && { optimizer: { ...optimizer, learningRate } }),
  };
  const rate = isOther ? [`learning rate ${shortNumber(learningRate)}`] : [];
  const supporting = isOther && lambda < lowerRateLambda;
  return [
    arm(options, "Adam", { ...changes, note: rate.join(), supporting }),
    ...(["group", "layer"] as const).map((normalization) =>
      arm(options, "Adam", {
        ...changes,
        model: { normalization, groups },
        note: [others[normalization], ...rate].join(", "),
        supporting: supporting || lambda === 0,
      }),
    ),
  ];
}
