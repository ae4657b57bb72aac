import {
  activationByScale,
  bothMeasures,
  deadShareByLayer,
  familyFrontiers,
  gammaHistograms,
} from "../figures/index.js";
import { shortNumber } from "../runs/describe.js";
import type { Arm } from "../study/arm.js";
import { lambdaText } from "../study/describe.js";
import { factorsOf } from "../study/factors.js";
import { type MeasureName, measures } from "../study/measures.js";
import { highest, not, type Selector, type StudyRuns } from "../study/study-runs.js";
import { type ArmChanges, arm, twoL2 } from "./arms.js";
import type { FactorContrast } from "./contrast.js";
import { familyContrast } from "./family-contrast.js";
import type { ArmOptions } from "./hypothesis.js";
import { optimizerSetting } from "./optimizer-settings.js";
import { needed } from "./select.js";
import { study } from "./study.js";

/**
 * At `lite` scale the learning rate that suits BatchNorm is too high for the others, which are less accurate there with
 * and without a penalty. The comparison is made once more at this one.
 */
const lowerRate = 3e-3;
/** Strength that the verdict at that rate rests on. */
const lowerRateLambda = 1e-3;

/** Arms at the rate that the other hypotheses have too. */
const usual = { rate: not(lowerRate) } satisfies Selector;
const atLowerRate = { rate: lowerRate } satisfies Selector;

/** BatchNorm against the mean of the others, under the strongest penalty. */
const batchAgainstOthers = (rate: Selector, of: MeasureName): FactorContrast => ({
  among: { ...rate, lambda: highest },
  more: { normalization: "BatchNorm" },
  less: { normalization: ["GroupNorm", "LayerNorm"] },
  every: "normalization",
  of,
  comparison: `Adam with the strongest L2, BatchNorm against the mean of GroupNorm and LayerNorm: ${measures[of].words}.`,
});

const row = ({ config }: Arm) => factorsOf(config).normalization;

const penalized = (runs: StudyRuns, rate: Selector) => needed("h16", runs, { ...rate, penalty: "L2" });

const tuned = { of: "h16", more: ["Adam, L2"], less: ["Adam, L2, GroupNorm", "Adam, L2, LayerNorm"] };

const atOnePenalty: FactorContrast = {
  ...batchAgainstOthers(usual, "deadByActivation"),
  page: { words: ["with BatchNorm", "with GroupNorm"] },
};

/** H16, beyond the paper: group and layer normalization in place of BatchNorm. */
export const h16 = study({
  id: "h16",
  notebook: "16-other-normalizations",
  title: "Other normalizations: GroupNorm and LayerNorm",
  question: "Is it BatchNorm that lets filters die, or any normalization with a scale and a shift?",
  claim: "With GroupNorm or LayerNorm fewer filters die than with BatchNorm.",
  source: "own",
  answers: {
    supported:
      "It depends on what is held equal: in the main comparison {} fewer filters die with GroupNorm or LayerNorm than with BatchNorm.",
    contradicted:
      "Not BatchNorm alone: in the main comparison {} more filters die with GroupNorm or LayerNorm than with it.",
    difference: "the difference in dead filters between BatchNorm and GroupNorm or LayerNorm",
  },
  arms,
  families: [...tuned.more, ...tuned.less],
  contrasts: {
    main: familyContrast({ ...tuned, held: "testError", untuned: atOnePenalty }),
    atMatchedDeadShare: familyContrast({
      ...tuned,
      id: "at matched dead share",
      claim:
        "For the same dead share a network with BatchNorm pays less test error than one with GroupNorm or LayerNorm.",
      held: "deadShare",
    }),
    atTheirBest: familyContrast({
      ...tuned,
      id: "each at its most accurate",
      claim:
        "With GroupNorm or LayerNorm fewer filters die than with BatchNorm, each at its most accurate setting.",
      held: "best",
    }),
    atOnePenalty: { ...atOnePenalty, id: "at the same rate and penalty", at: ["lite"] },
    byScale: {
      ...batchAgainstOthers(usual, "deadByScale"),
      id: "by scale, at the same rate and penalty",
      claim:
        "With GroupNorm or LayerNorm fewer filters fall below the scale threshold than with BatchNorm at the same penalty.",
    },
    atLowerRate: {
      ...batchAgainstOthers(atLowerRate, "deadByActivation"),
      id: "at a lower learning rate",
      claim:
        "With GroupNorm or LayerNorm fewer filters die than with BatchNorm at the same penalty, at a learning rate that suits them better.",
    },
  },
  figures: {
    "tuned-frontier": {
      caption:
        "Share of dead filters against test error for each normalization under Adam with L2, each tuned over rates and penalties.",
      tuned: true,
      of: (runs) => familyFrontiers(runs),
    },
    "both-measures": {
      caption:
        "Share of filters inactive by activation and by scale for each normalization, at the same penalty.",
      of: (runs) =>
        bothMeasures(penalized(runs, usual), {
          title: "Dead by activation or by scale: BatchNorm, GroupNorm and LayerNorm",
          row,
        }),
    },
    "activation-by-scale": {
      caption:
        "Largest activation over the training images against |gamma| of every filter at the end of training, under the strongest penalty.",
      of: (runs) => activationByScale(runs.where({ ...usual, lambda: highest }), { name: row }),
    },
    "gamma-histograms": {
      caption: "Distribution of |gamma| over all filters at the end of training.",
      of: (runs) => gammaHistograms(runs.where(usual), { row }),
    },
    "dead-share-by-layer": {
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      of: (runs) => deadShareByLayer(runs.where(usual), { measure: "activation" }),
    },
    "both-measures-at-the-lower-rate": {
      caption:
        "Share of filters inactive by activation and by scale for each normalization at a learning rate that suits all three.",
      of: (runs) =>
        bothMeasures(penalized(runs, atLowerRate), {
          title: `Dead by activation or by scale at a learning rate of ${lambdaText(lowerRate)}`,
          row,
        }),
    },
  },
});

function arms(options: ArmOptions): Arm[] {
  const isLite = options.scale === "lite";
  return [
    ...(isLite ? [0, 1e-4, 3e-4, 1e-3] : twoL2[options.scale]).flatMap((lambda) => compared(options, lambda)),
    ...(isLite ? [0, 3e-4, lowerRateLambda] : []).flatMap((lambda) => compared(options, lambda, lowerRate)),
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
        note: [{ group: "GroupNorm", layer: "LayerNorm" }[normalization], ...rate].join(", "),
        supporting: supporting || lambda === 0,
      }),
    ),
  ];
}
