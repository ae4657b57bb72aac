import { bothMeasures, deadShareByLayer, deadShareOverTrainingByArm } from "../figures/index.js";
import type { Arm } from "../study/arm.js";
import { factorsOf } from "../study/factors.js";
import { causeArms, isBrief, usualL2 } from "./arms.js";
import type { Prediction } from "./predictions.js";
import { scaleDefaults } from "./scales.js";
import { study } from "./study.js";

const early = { span: "in the first 30 %" };
const late = { span: "after the first 30 %" };
/** On and off ten times: half of the steps. */
const cyclic = { until: 0.5, cycles: 10 };

/** H23, beyond the paper: when a penalty has to act for filters to die. */
export const h23 = study({
  id: "h23",
  notebook: "26-when-the-penalty-acts",
  title: "When the penalty must act",
  question:
    "When in training does an L2 penalty have to act for filters to die, and do they stay dead without it?",
  claim:
    "L2 in the first 30 % of the steps alone leaves more filters dead at the end than L2 in all the others.",
  source: "own",
  answers: {
    supported:
      "At the beginning: L2 in the first 30 % of the steps leaves {} more filters dead than in all the others.",
    contradicted:
      "Not at the beginning: L2 in the first 30 % of the steps leaves {} fewer filters dead than in all the others.",
    difference:
      "the difference in dead filters between L2 in the first 30 % of the steps and in all the others",
  },
  arms(options) {
    const lambda = usualL2[options.scale];
    const spans = isBrief(options)
      ? [{ until: 0.3 }, { from: 0.3 }]
      : [...[0.1, 0.3, 0.6].flatMap((share) => [{ until: share }, { from: share }]), cyclic];
    const acting = spans.map((during) => ({ penalty: { lambda, during } }));
    if (isBrief(options)) return causeArms(options, ...acting);
    return causeArms(options, {}, { penalty: { lambda } }, ...acting, {
      penalty: { lambda },
      schedule: { ...scaleDefaults[options.scale].schedule, warmup: 0.1 },
      note: "warm-up over 10 %",
    });
  },
  contrasts: {
    main: {
      more: early,
      less: late,
      of: "deadByActivation",
      comparison:
        "Adam with the same L2, in the first 30 % of the steps only against after them only: share of filters inactive by activation.",
      page: { words: ["with L2 at first", "with L2 later"] },
    },
    briefly: {
      id: "the first tenth",
      claim: "L2 in the first tenth of the steps alone leaves filters dead.",
      more: { span: "in the first 10 %" },
      less: { span: "none" },
      of: "deadByActivation",
      comparison:
        "Adam with L2 in the first 10 % of the steps against no penalty: share of filters inactive by activation.",
    },
    later: {
      id: "without the first tenth",
      claim: "Leaving the penalty out of the first tenth of the steps spares filters.",
      more: { span: "throughout", schedule: "steps" },
      less: { span: "after the first 10 %" },
      of: "deadByActivation",
      comparison:
        "Adam with L2 throughout against after the first 10 % of the steps: share of filters inactive by activation.",
    },
    afterTheDrop: {
      id: "after the drop",
      claim: "L2 only after the learning rate's first drop, at 60 % of the steps, leaves filters dead.",
      more: { span: "after the first 60 %" },
      less: { span: "none" },
      of: "deadByActivation",
      comparison:
        "Adam with L2 after the first 60 % of the steps against no penalty: share of filters inactive by activation.",
    },
    untilTheDrop: {
      id: "until the drop",
      claim: "Of the filters that L2 kills some come back when it ends at the learning rate's first drop.",
      more: { span: "throughout", schedule: "steps" },
      less: { span: "in the first 60 %" },
      of: "deadByActivation",
      comparison:
        "Adam with L2 throughout against in the first 60 % of the steps: share of filters inactive by activation.",
    },
    cyclic: {
      id: "on and off",
      claim: "L2 on and off, half of the steps in all, leaves fewer filters dead than L2 throughout.",
      more: { span: "throughout", schedule: "steps" },
      less: { span: "in the first 50 % of each of 10 cycles" },
      of: "deadByActivation",
      comparison:
        "Adam with L2 throughout against in the first half of each tenth of the steps: share of filters inactive by activation.",
    },
  },
  figures: {
    "both-measures": {
      caption:
        "Share of filters inactive by activation and by scale at the end, by the part of training in which L2 acts.",
      of: (runs) => bothMeasures(runs, { title: "Dead filters by when the penalty acts", row: whenOf }),
    },
    "dead-share-over-training": {
      caption:
        "Share of filters inactive by scale over training, with the penalty in a first part of the steps only, and after it only.",
      of(runs) {
        const during = (of: "first" | "after") =>
          runs.filter(
            ({ arm }) =>
              /^in the first \d+ %$|^throughout$/.test(whenOf(arm)) === (of === "first") && arm.lambda > 0,
          );
        return deadShareOverTrainingByArm(
          [
            { name: "In a first part", arms: during("first") },
            { name: "After it, and on and off", arms: during("after") },
          ],
          { title: "When filters die, by when the penalty acts", name: ({ arm }) => whenOf(arm) },
        );
      },
    },
    "dead-share-by-layer": {
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      of: (runs) => deadShareByLayer(runs, { measure: "activation" }),
    },
  },
});

function whenOf({ config }: Pick<Arm, "config">): string {
  const { span, schedule } = factorsOf(config);
  return schedule === "steps" ? span : `${span}, warm-up`;
}

/** Written down before the runs. */
export const predictions23: readonly Prediction[] = [
  {
    source: "Golatkar, Achille and Soatto 2019, arXiv 1905.13277",
    says: "Weight decay affects early learning dynamics and matters little near convergence.",
    expects:
      "L2 in the first part alone does what L2 does throughout; after it alone, little: early above late.",
    foretells: {
      main: "supported",
      untilTheDrop: "no difference that matters",
      afterTheDrop: "no difference that matters",
    },
  },
  {
    source: "Björck, Weinberger and Gomes 2021",
    says: "With decay at the start only, the norm stays small throughout training and effective updates stay large.",
    expects: "Filters go on dying after an early penalty has ended, while the rate is high.",
  },
  {
    source: "Dufort-Labbé et al. 2024, arXiv 2403.07688",
    says: "Regularization on a one-cycle schedule, with noise on live units, controls how many neurons die in training.",
    expects:
      "A penalty that ends leaves its dead behind: in the first 60 % as many as throughout, at a lower error.",
    foretells: { untilTheDrop: "no difference that matters" },
  },
  {
    source: "Andriushchenko et al. 2023, arXiv 2210.05337",
    says: "The longer steps stay large, the sparser the features.",
    expects: "A penalty only after the rate has dropped kills next to nothing.",
    foretells: { afterTheDrop: "no difference that matters" },
  },
];
