import { bothMeasures, deadShareByLayer, deadShareBySchedule } from "../figures/index.js";
import { factorsOf } from "../study/factors.js";
import { not, type Selector } from "../study/study-runs.js";
import { l2, usualL2, vary } from "./arms.js";
import type { FactorContrast } from "./contrast.js";
import { scaleDefaults } from "./scales.js";
import { study } from "./study.js";

/** The step schedule against others, `said` in words. */
const stepsAgainst = (said: string, less: Selector): FactorContrast => ({
  more: { schedule: "steps" },
  less,
  of: "deadByActivation",
  comparison: `Adam with the same L2, step schedule against ${said}: share of filters inactive by activation.`,
});

/** H18, beyond the paper: warm-up and cosine decay of the learning rate. */
export const h18 = study({
  id: "h18",
  notebook: "18-schedules",
  title: "Schedules of the learning rate: warm-up and cosine decay",
  question:
    "Does the schedule of the learning rate decide how many filters die, at the same number of steps?",
  claim: "With warm-up, or with cosine decay, fewer filters die than with the step schedule.",
  source: "own",
  answers: {
    supported: "It does: with warm-up or cosine decay {} fewer filters die than with the step schedule.",
    contradicted:
      "It does, the other way around: with warm-up or cosine decay {} more filters die than with the step schedule.",
    difference: "the difference in dead filters between the step schedule and warm-up or cosine decay",
  },
  arms: (options) =>
    vary(options, "Adam", l2(usualL2[options.scale]), [
      { note: "step schedule" },
      { schedule: { ...scaleDefaults[options.scale].schedule, warmup: 0.1 }, note: "warm-up over 10 %" },
      { schedule: { name: "cosine" }, note: "cosine decay" },
    ]),
  contrasts: {
    main: {
      ...stepsAgainst("the mean of warm-up and cosine decay", { schedule: not("steps") }),
      page: {
        words: ["with the step schedule", "with cosine decay"],
        less: { schedule: "cosine decay" },
      },
      specification: {
        choices: { against: "both" },
        also: [
          { choices: { against: "warm-up" }, change: { less: { schedule: "steps, warm-up" } } },
          { choices: { against: "cosine decay" }, change: { less: { schedule: "cosine decay" } } },
        ],
      },
    },
    warmUp: {
      ...stepsAgainst("the same after a warm-up", { schedule: "steps, warm-up" }),
      id: "warm-up",
      claim: "With warm-up fewer filters die than without.",
    },
    cosine: {
      ...stepsAgainst("cosine decay", { schedule: "cosine decay" }),
      id: "cosine decay",
      claim: "With cosine decay fewer filters die than with the step schedule.",
    },
  },
  figures: {
    "dead-share-by-schedule": {
      caption:
        "Share of filters inactive by scale over training under each schedule, with the learning rates below: filters die while the rate is high.",
      of: (runs) => deadShareBySchedule(runs, { name: ({ arm: { config } }) => factorsOf(config).schedule }),
    },
    "both-measures": {
      caption:
        "Share of filters inactive by activation and by scale under each schedule of the learning rate.",
      of: (runs) =>
        bothMeasures(runs, {
          title: "Dead filters under each schedule of the learning rate",
          row: ({ config }) => factorsOf(config).schedule,
        }),
    },
    "dead-share-by-layer": {
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      of: (runs) => deadShareByLayer(runs, { measure: "activation" }),
    },
  },
});
