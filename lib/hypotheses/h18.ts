import { bothMeasures, deadShareByLayer, deadShareBySchedule } from "../figures/index.js";
import type { Arm, ArmRuns, Scale } from "../study/arm.js";
import { arm } from "./arms.js";
import type { ArmOptions, Hypothesis, Verdict } from "./hypothesis.js";
import { scaleDefaults } from "./scales.js";
import { armsWhere, deadByActivation } from "./select.js";
import { decide } from "./verdict.js";

/** H18, beyond the paper: warm-up and cosine decay of the learning rate. */
export const h18: Hypothesis = {
  id: "h18",
  notebook: "18-schedules",
  title: "Schedules of the learning rate: warm-up and cosine decay",
  question:
    "Does the schedule of the learning rate decide how many filters die, at the same number of steps?",
  claim: "With warm-up, or with cosine decay, fewer filters die than with the step schedule.",
  arms,
  figures: (runs) => [
    {
      name: "dead-share-by-schedule",
      caption:
        "Share of filters inactive by scale over training under each schedule, with the learning rates below: filters die while the rate is high.",
      figure: deadShareBySchedule(runs, { name: ({ arm }) => scheduleName(arm) }),
    },
    {
      name: "both-measures",
      caption:
        "Share of filters inactive by activation and by scale under each schedule of the learning rate.",
      figure: bothMeasures(runs, {
        title: "Dead filters under each schedule of the learning rate",
        row: scheduleName,
      }),
    },
    {
      name: "dead-share-by-layer",
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      figure: deadShareByLayer(runs, { measure: "activation" }),
    },
  ],
  verdict: (runs, scale) =>
    compare(runs, scale, {
      id: "h18",
      claim: h18.claim,
      said: "the mean of warm-up and cosine decay",
      holds: (a) => !isPlain(a),
    }),
  sideVerdicts: (runs, scale) => [
    compare(runs, scale, {
      id: "h18, warm-up",
      claim: "With warm-up fewer filters die than without.",
      said: "the same after a warm-up",
      holds: ({ config }) => config.schedule.warmup > 0,
    }),
    compare(runs, scale, {
      id: "h18, cosine decay",
      claim: "With cosine decay fewer filters die than with the step schedule.",
      said: "cosine decay",
      holds: ({ config }) => config.schedule.name === "cosine",
    }),
  ],
};

const isPlain = ({ config: { schedule } }: Arm): boolean => schedule.name === "step" && schedule.warmup === 0;

const scheduleName = ({ config: { schedule } }: Arm): string => {
  if (schedule.name === "cosine") return "cosine decay";
  return schedule.warmup > 0 ? "steps, warm-up" : "steps";
};

interface Comparison extends Pick<Verdict, "id" | "claim"> {
  /** What the step schedule is compared with. */
  said: string;
  holds: (arm: Arm) => boolean;
}

function compare(runs: ArmRuns[], scale: Scale, { said, holds, ...claim }: Comparison): Verdict {
  return decide({
    ...claim,
    comparison: `Adam with the same L2, step schedule against ${said}: share of filters inactive by activation.`,
    more: armsWhere("h18", runs, "Adam with the step schedule", isPlain),
    less: armsWhere("h18", runs, `Adam with ${said}`, holds),
    measure: deadByActivation,
    unit: "percentage points",
    smallestEffect: 5,
    scale,
  });
}

function arms(options: ArmOptions): Arm[] {
  const { schedule: step } = scaleDefaults[options.scale];
  const penalty = { lambda: { smoke: 1e-2, quick: 1e-2, lite: 3e-4, paper: 1e-4 }[options.scale] };
  return [
    arm(options, "Adam", { penalty, note: "step schedule" }),
    arm(options, "Adam", { penalty, schedule: { ...step, warmup: 0.1 }, note: "warm-up over 10 %" }),
    arm(options, "Adam", { penalty, schedule: { name: "cosine" }, note: "cosine decay" }),
  ];
}
