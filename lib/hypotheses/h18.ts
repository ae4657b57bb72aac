import { deadShareBySchedule } from "../figures/index.js";
import { arm } from "./arms.js";
import type { Arm, ArmOptions, Hypothesis } from "./hypothesis.js";
import { scaleDefaults } from "./scales.js";
import { armsWhere, deadByActivation, seedMean } from "./select.js";
import { decidePairs } from "./verdict.js";

/** H18, beyond the paper: warm-up and cosine decay of the learning rate. */
export const h18: Hypothesis = {
  id: "h18",
  notebook: "18-schedules",
  title: "Warm-up and cosine decay kill fewer filters than a high rate in steps",
  question:
    "Does the schedule of the learning rate decide how many filters die, at the same number of steps?",
  claim: "With warm-up, or with cosine decay, fewer filters die than with the step schedule.",
  arms,
  figures: (runs) => [
    {
      name: "dead-share-by-schedule",
      caption:
        "Share of filters inactive by scale over training under each schedule, with the learning rates below: filters die while the rate is high.",
      figure: deadShareBySchedule(runs, { name: ({ arm: { config } }) => scheduleName(config.schedule) }),
    },
  ],
  verdict(runs, scale) {
    const isStep = ({ config: { schedule } }: Arm) => schedule.name === "step" && schedule.warmup === 0;
    const sides = {
      step: armsWhere("h18", runs, "Adam with the step schedule", isStep),
      others: armsWhere("h18", runs, "Adam with warm-up or cosine decay", (a) => !isStep(a)),
    };
    return decidePairs({
      id: "h18",
      claim: h18.claim,
      comparison:
        "Adam with the same L2, step schedule against the mean of warm-up and cosine decay: share of filters inactive by activation.",
      arms: [...sides.step, ...sides.others],
      pair: (seed) => [
        seedMean(sides.step, seed, deadByActivation),
        seedMean(sides.others, seed, deadByActivation),
      ],
      unit: "percentage points",
      smallestEffect: 5,
      scale,
    });
  },
};

const scheduleName = ({ name, warmup }: Arm["config"]["schedule"]): string =>
  name === "cosine" ? "cosine decay" : warmup > 0 ? "steps, warm-up" : "steps";

function arms(options: ArmOptions): Arm[] {
  const { schedule: step } = scaleDefaults[options.scale];
  const penalty = { lambda: { smoke: 1e-2, quick: 1e-2, lite: 3e-4, paper: 1e-4 }[options.scale] };
  return [
    arm(options, "Adam", { penalty, note: "step schedule" }),
    arm(options, "Adam", { penalty, schedule: { ...step, warmup: 0.1 }, note: "warm-up over 10 %" }),
    arm(options, "Adam", { penalty, schedule: { name: "cosine" }, note: "cosine decay" }),
  ];
}
