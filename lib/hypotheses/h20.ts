import {
  activityOfReturned,
  filterLife,
  type ReturnPanel,
  type ReturnSeries,
  returnsBySleep,
  returnsOverTraining,
} from "../figures/index.js";
import { optimizerStyle } from "../figures/palette.js";
import { lambdaStyle, penaltySeries } from "../figures/series.js";
import type { Run } from "../runs/record.js";
import { findResurrections } from "../sparsity/deaths.js";
import { findSleepers } from "../sparsity/sleep.js";
import { mean } from "../statistics.js";
import { arm, penaltySweep } from "./arms.js";
import type { Arm, ArmOptions, ArmRuns, Hypothesis } from "./hypothesis.js";
import { possibleFigures } from "./possible-figures.js";
import { armsWhere, seedMean } from "./select.js";
import { decidePairs } from "./verdict.js";

/** H20, beyond the paper: dead filters come back, and when. */
export const h20: Hypothesis = {
  id: "h20",
  notebook: "20-resurrections",
  title: "Some dead filters come back when the learning rate drops",
  question:
    "Is a filter that is found dead during training dead for good? When do filters come back, and does it matter?",
  claim:
    "Under Adam with L2 filters that were found dead come back, most of all right after the first drop of the learning rate.",
  arms,
  figures: (runs) =>
    possibleFigures([
      () => ({
        name: "returns-over-training",
        caption:
          "Share of the silent filters that the next probe finds active, over training. Left: Adam with L2, by strength. Right: one strength under another schedule, and SGD with momentum.",
        figure: returnsOverTraining(panels(runs)),
      }),
      () => ({
        name: "returns-by-sleep",
        caption:
          "The same share by how many probes in a row a filter has been silent, all of training together.",
        figure: returnsBySleep(panels(adamBySteps(runs))),
      }),
      () => ({
        name: "activity-of-returned",
        caption:
          "What share of all training images the filters alive at the end answer to: those never found silent, and those that came back.",
        figure: activityOfReturned(adamBySteps(runs)),
      }),
      () => ({
        name: "filter-life",
        caption: "The life of every filter of the run in which most came back. Rings mark the returns.",
        figure: filterLife(mostReturns(adamBySteps(runs))),
      }),
    ]),
  verdict(runs, scale) {
    const penalized = adamBySteps(runs);
    return decidePairs({
      id: "h20",
      claim: h20.claim,
      comparison:
        "Adam with L2 and the step schedule: share of the silent filters that come back between the probe at the first drop of the learning rate and the next, against the mean of the interval before and the one after; mean over the penalties.",
      arms: penalized,
      pair: (seed) => [
        seedMean(penalized, seed, (run) => returnRate(run, [0])),
        seedMean(penalized, seed, (run) => returnRate(run, [-1, 1])),
      ],
      unit: "percentage points",
      smallestEffect: 0.5,
      scale,
    });
  },
};

/** Adam with L2 where the learning rate stays, and then drops. */
const adamBySteps = (runs: readonly ArmRuns[]): ArmRuns[] =>
  armsWhere("h20", runs, "Adam with L2 and the step schedule", (own) => isAdamBySteps({ arm: own }));

const isAdamBySteps = ({ arm: { optimizer, config } }: Pick<ArmRuns, "arm">): boolean =>
  optimizer === "Adam" && config.schedule.name === "step";

function mostReturns(arms: readonly ArmRuns[]): Run {
  const returns = ({ filters }: Run) => findResurrections(filters).length;
  return arms.flatMap(({ runs }) => runs).reduce((a, b) => (returns(b) > returns(a) ? b : a));
}

/**
 * Share of the silent filters (%) that come back by the next probe: the mean over the intervals between probes given by their
 * places from the one that starts at (or next after) the first drop of the learning rate. NaN where nothing is silent.
 */
function returnRate({ record, filters }: Run, places: readonly number[]): number {
  const { schedule, steps } = record.config;
  const drop = schedule.name === "step" ? schedule.milestones[0]! * steps : Number.NaN;
  const first = record.probes.steps.findIndex((step) => step >= drop);
  const sleepers = findSleepers(filters);
  return mean(
    places.map((place) => {
      const own = sleepers.filter(({ step }) => step === record.probes.steps[first + place]);
      return (100 * own.filter(({ returns }) => returns).length) / own.length;
    }),
  );
}

/** Left Adam's penalties; right the middle one under both schedules, beside SGD's. */
function panels(runs: readonly ArmRuns[]): ReturnPanel[] {
  const steps = runs.filter((item) => isAdamBySteps(item) && item.runs.length > 0);
  const [group] = penaltySeries(steps);
  const strengths = steps.map((item): ReturnSeries => {
    const style = lambdaStyle(item.arm.lambda, group!);
    return { name: item.arm.label, item, style: { ...style, symbol: "circle" } };
  });
  const other = runs.filter((item) => !steps.includes(item) && item.runs.length > 0);
  const looks = [
    { color: "#D55E00", dash: "2px,3px", symbol: "circle-open" },
    ...["1px,4px", "2px,3px", "8px,4px", "solid"].map((dash) => ({
      ...optimizerStyle("SGD+momentum"),
      dash,
    })),
  ];
  const others = other
    .toSorted((a, b) => Number(b.arm.optimizer === "Adam") - Number(a.arm.optimizer === "Adam"))
    .map((item, i): ReturnSeries => ({ name: item.arm.label, item, style: looks[i % looks.length]! }));
  return [
    ...(strengths.length > 0 ? [{ name: "Adam with L2, step schedule", series: strengths }] : []),
    ...(others.length > 0 ? [{ name: "Another schedule; SGD with momentum", series: others }] : []),
  ];
}

function arms(options: ArmOptions): Arm[] {
  const penalized = (name: "Adam" | "SGD+momentum") =>
    penaltySweep(options, name).filter(({ lambda }) => lambda > 0);
  const adam = penalized("Adam");
  const { lambda } = adam[adam.length >> 1]!;
  return [
    ...adam,
    arm(options, "Adam", {
      penalty: { lambda },
      schedule: { name: "cosine" },
      note: "cosine decay",
      supporting: true,
    }),
    ...penalized("SGD+momentum"),
  ];
}
