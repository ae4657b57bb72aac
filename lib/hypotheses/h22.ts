import { bothMeasures, deadShareByLayer } from "../figures/index.js";
import type { Scale } from "../study/arm.js";
import { factorsOf } from "../study/factors.js";
import { causeArms, isBrief, usualL2 } from "./arms.js";
import type { Prediction } from "./predictions.js";
import { study } from "./study.js";

/**
 * Decay per step, where it goes around the moments. At lite the one on record that leaves a living filter's weights about as long
 * as the L2 does (2.6 and 2.47 at full rate); elsewhere in the middle of what was tried.
 */
const decay: Record<Scale, number> = { smoke: 1e-2, quick: 1e-2, lite: 3e-3, reduced: 3e-4, paper: 1e-5 };

const both = "in both moments";
const around = "around them";

/** H22, beyond the paper: by which way into Adam's step a penalty kills. */
export const h22 = study({
  id: "h22",
  notebook: "25-inside-the-moments",
  title: "Inside Adam's moments: by which way a penalty kills",
  question: "Through which of Adam's moments does an L2 penalty kill filters?",
  claim:
    "L2 kills through Adam's first moment: with its gradient in the first moment alone more filters die than with it in the second alone.",
  source: "own",
  answers: {
    supported:
      "Through the first: with the penalty there alone {} more filters die than with it in the second alone.",
    contradicted:
      "Through the second: with the penalty in the first alone {} fewer filters die than with it in the second alone.",
    difference: "the difference in dead filters between L2 in the first moment alone and in the second alone",
  },
  arms(options) {
    const lambda = usualL2[options.scale];
    const split = (["first", "second"] as const).map((moments) => ({ penalty: { lambda, moments } }));
    const decoupled = { kind: "decoupled", lambda: decay[options.scale] } as const;
    return causeArms(
      options,
      ...(isBrief(options)
        ? split
        : [
            {},
            { penalty: { lambda } },
            ...split,
            { penalty: decoupled },
            { penalty: { ...decoupled, cautious: true } },
          ]),
    );
  },
  contrasts: {
    main: {
      more: { path: "in the first moment" },
      less: { path: "in the second moment" },
      of: "deadByActivation",
      comparison:
        "Adam with the same L2, its gradient in the first moment alone against in the second alone: share of filters inactive by activation.",
      page: { words: ["with L2 in the first moment", "with L2 in the second"] },
    },
    firstAlone: {
      id: "what the second moment spares",
      claim:
        "That L2 also enters the second moment spares filters: in the first alone more die than in both.",
      more: { path: "in the first moment" },
      less: { path: both },
      of: "deadByActivation",
      comparison:
        "Adam with the same L2, its gradient in the first moment alone against in both: share of filters inactive by activation.",
    },
    secondAlone: {
      id: "the second alone",
      claim: "L2 in the second moment alone, which pulls at nothing, kills more filters than no penalty.",
      more: { path: "in the second moment" },
      less: { path: "none" },
      of: "deadByActivation",
      comparison:
        "Adam with L2's gradient in the second moment alone against no penalty: share of filters inactive by activation.",
    },
    around: {
      id: "around the moments",
      claim: "L2 in both moments kills more filters than decay around them that leaves weights as long.",
      more: { path: both },
      less: { path: around },
      of: "deadByActivation",
      comparison:
        "Adam with L2 against decoupled decay of a strength that leaves weights about as long: share of filters inactive by activation.",
    },
    cautious: {
      id: "cautious decay",
      claim:
        "Decoupled decay that spares what moves away from 0 kills fewer filters than the same decay of everything.",
      more: { path: around },
      less: { path: "around them, cautiously" },
      of: "deadByActivation",
      comparison:
        "Adam with the same decoupled decay, of everything against cautiously: share of filters inactive by activation.",
    },
  },
  figures: {
    "both-measures": {
      caption:
        "Share of filters inactive by activation and by scale, by the way that a penalty takes into Adam's step.",
      of: (runs) =>
        bothMeasures(runs, {
          title: "Dead filters by where the penalty enters Adam's step",
          row: ({ config }) => factorsOf(config).path,
        }),
    },
    "dead-share-by-layer": {
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      of: (runs) => deadShareByLayer(runs, { measure: "activation" }),
    },
  },
});

/** Written down before the runs. */
export const predictions22: readonly Prediction[] = [
  {
    source: "Björck, Weinberger and Gomes 2021",
    says: "What decoupled decay cures is that objective and penalty mix in the buffer of Adam's first moment; adaptivity itself is no problem.",
    expects: "The first moment is the way: in it alone L2 kills as in both, in the second alone it does not.",
    foretells: {
      main: "supported",
      firstAlone: "no difference that matters",
      secondAlone: "no difference that matters",
    },
  },
  {
    source: "Yaguchi et al. 2018, arXiv 1812.08119",
    says: "With Adam, L2 and ReLU all weights of a channel become zero.",
    expects:
      "In the first moment, divided by a second that goes to zero with the gradient, the pull is amplified: the first alone kills at least as many as both.",
    foretells: { firstAlone: ["supported", "no difference that matters"] },
  },
  {
    source: "Kosson, Messmer and Jaggi 2024, arXiv 2305.17212",
    says: "Rotation is balanced over neurons under AdamW, and not under Adam with L2.",
    expects: "At equal length of weights decoupled decay kills fewer than L2.",
    foretells: { around: "supported" },
  },
  {
    source: "Chen et al. 2025, arXiv 2510.12402 (cautious weight decay)",
    says: "Decay only where parameter and update agree in sign leaves the objective as it is, and improves final loss.",
    expects:
      "About half of the decay is left out while a filter learns: longer weights, fewer deaths, lower error. A filter without a gradient decays all the same.",
    foretells: { cautious: "supported" },
  },
  {
    source: "Zhou et al. 2020, arXiv 2001.11216",
    says: "Not at hand.",
    expects: "Nothing is set down for it.",
  },
];
