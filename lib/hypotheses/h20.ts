import {
  activityOfReturned,
  filterLife,
  type ReturnPanel,
  type ReturnSeries,
  returnsBySleep,
  returnsOverTraining,
} from "../figures/index.js";
import { optimizerLook, strengthLook } from "../figures/looks.js";
import { optimizerStyle } from "../figures/palette.js";
import type { Run } from "../runs/record.js";
import { findResurrections } from "../sparsity/deaths.js";
import { findSleepers, type Sleeper, sizableShare } from "../sparsity/sleep.js";
import { mean, pairedDifference } from "../statistics.js";
import type { Arm, ArmRuns } from "../study/arm.js";
import { type Selector, studyRuns } from "../study/study-runs.js";
import type { Cell, Table } from "../tables/index.js";
import { type ArmChanges, arm, penaltySweep } from "./arms.js";
import type { ArmOptions } from "./hypothesis.js";
import type { StudiedOptimizer } from "./optimizer-settings.js";
import { needed, seedMean, seedsIn } from "./select.js";
import { study } from "./study.js";

/** Adam with L2 where the learning rate stays, and then drops. */
const adamBySteps = { optimizer: "Adam", schedule: "steps" } satisfies Selector;

/** A filter that comes back and answers to a sizable share of the images. */
const isSizable = ({ answers }: Sleeper): boolean => answers > sizableShare;

/** H20, beyond the paper: dead filters come back, and when. */
export const h20 = study({
  id: "h20",
  notebook: "20-resurrections",
  title: "Dead filters that come back",
  question:
    "Is a filter that is found dead during training dead for good? When do filters come back, and does it matter?",
  claim:
    "Under Adam with L2 filters that were found dead come back, most of all right after the first drop of the learning rate.",
  source: "own",
  answers: {
    supported:
      "Filters come back most of all when the learning rate first drops: {} more of the silent ones than just before and after.",
    contradicted:
      "Filters come back least when the learning rate first drops: {} fewer of the silent ones than just before and after.",
    difference: "the rise in the share of silent filters that come back, when the learning rate first drops,",
  },
  arms,
  contrasts: {
    main: {
      more: adamBySteps,
      of: [(run) => returnRate(run, [0], isSizable), (run) => returnRate(run, [-1, 1], isSizable)],
      smallestEffect: 0.5,
      comparison:
        "Adam with L2 and the step schedule: share of the silent filters that come back and answer to more than 1 % of the images, between the probe at the first drop of the learning rate and the next, against the mean of the interval before and the one after; mean over the penalties.",
    },
  },
  figures: {
    "returns-over-training": {
      caption:
        "Share of the silent filters that the next probe finds active, over training. Left: Adam with L2, by strength. Right: one strength under another schedule, and SGD with momentum.",
      of: (runs) => returnsOverTraining(panels(runs)),
    },
    "returns-by-sleep": {
      caption:
        "The same share by how many probes in a row a filter has been silent, all of training together.",
      of: (runs) => returnsBySleep(panels(bySteps(runs))),
    },
    "activity-of-returned": {
      caption:
        "What share of all training images the filters alive at the end answer to: those never found silent, and those that came back.",
      of: (runs) => activityOfReturned(bySteps(runs)),
    },
    "filter-life": {
      caption: "The life of every filter of the run in which most came back. Rings mark the returns.",
      of: (runs) => filterLife(mostReturns(bySteps(runs))),
    },
  },
});

const bySteps = (runs: readonly ArmRuns[]): ArmRuns[] => needed("h20", runs, adamBySteps);

function mostReturns(arms: readonly ArmRuns[]): Run {
  const returns = ({ filters }: Run) => findResurrections(filters).length;
  return arms.flatMap(({ runs }) => runs).reduce((a, b) => (returns(b) > returns(a) ? b : a));
}

/**
 * Share of the silent filters (%) that come back by the next probe: the mean over the intervals between probes given by their
 * places from the one that starts at (or next after) the first drop of the learning rate. NaN where nothing is silent.
 */
function returnRate(
  { record, filters }: Run,
  places: readonly number[],
  counts: (sleeper: Sleeper) => boolean,
): number {
  const { schedule, steps } = record.config;
  const drop = schedule.name === "step" ? schedule.milestones[0]! * steps : Number.NaN;
  const first = record.probes.steps.findIndex((step) => step >= drop);
  const sleepers = findSleepers(filters);
  return mean(
    places.map((place) => {
      const own = sleepers.filter(({ step }) => step === record.probes.steps[first + place]);
      return (100 * own.filter(counts).length) / own.length;
    }),
  );
}

/** Rates of return after the drop, and the mean of the intervals before and after it, of one seed: the mean over arms. */
const aroundDrop = (
  arms: readonly ArmRuns[],
  seed: number,
  counts: (sleeper: Sleeper) => boolean,
): [at: number, beside: number] => [
  seedMean(arms, seed, (run) => returnRate(run, [0], counts)),
  seedMean(arms, seed, (run) => returnRate(run, [-1, 1], counts)),
];

/** Optimizers whose runs repeat the verdict's comparison. */
const adaptive = ["Adam", "AMSGrad", "Adamax", "RMSProp"] as const;

/**
 * The verdict's comparison for each adaptive optimizer that there are runs of, with every return counted and with sizable ones
 * alone: a row per optimizer, means over its penalties and seeds.
 */
export function returnsAtDrop(runs: readonly ArmRuns[]): Table {
  const counted = [
    ["All returns", ({ returns }: Sleeper) => returns],
    ["To over 1 % of images", isSizable],
  ] as const;
  const rows = adaptive.flatMap((optimizer): Cell[][] => {
    const arms = studyRuns(runs).where({ optimizer, penalty: "L2", schedule: "steps" }).filter(sleeps);
    const seeds = seedsIn(arms).filter((seed) =>
      arms.every(({ runs: own }) => own.some(({ record }) => record.seed === seed)),
    );
    if (seeds.length === 0) return [];
    const cells = counted.flatMap(([, counts]): Cell[] => {
      const pairs = seeds.map((seed) => aroundDrop(arms, seed, counts));
      const [at, beside] = [pairs.map(([own]) => own), pairs.map(([, own]) => own)];
      const { effect, interval } = pairedDifference(at, beside);
      return [mean(at), mean(beside), { mean: effect, halfWidth: (interval[1] - interval[0]) / 2 }];
    });
    return [[optimizer, seeds.length, ...cells]];
  });
  return {
    title:
      "Silent filters that come back right after the first drop of the learning rate, and in the intervals before and after",
    columns: [
      { label: "Optimizer" },
      { label: "Seeds" },
      ...counted.flatMap(([label]) => [
        { label: `${label}: after the drop`, unit: "%", digits: 1 },
        { label: "beside", unit: "%", digits: 1 },
        { label: "difference", unit: "points", digits: 1 },
      ]),
    ],
    rows,
    note: "Share of the filters silent at a probe; mean over an optimizer's penalties and seeds. Difference: paired by seed, ± half the 95 % interval.",
  };
}

const sleeps = ({ runs }: ArmRuns): boolean =>
  runs.length > 0 && runs.every((run) => Number.isFinite(returnRate(run, [-1, 0, 1], () => true)));

/** Left Adam's penalties; right the middle one under both schedules, beside SGD's. */
function panels(runs: readonly ArmRuns[]): ReturnPanel[] {
  const steps = studyRuns(runs)
    .where(adamBySteps)
    .filter((item) => item.runs.length > 0);
  const lambdas = steps.map(({ arm }) => arm.lambda);
  const strengths = steps.map(
    (item): ReturnSeries => ({
      name: item.arm.label,
      item,
      style: strengthLook(item.arm.lambda, lambdas, optimizerLook("Adam")),
    }),
  );
  const shown = ["Adam", "SGD+momentum"];
  const other = runs.filter(
    (item) => !steps.includes(item) && item.runs.length > 0 && shown.includes(item.arm.optimizer),
  );
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
  const penalized = (name: StudiedOptimizer, changes: ArmChanges = {}) =>
    penaltySweep(options, name, changes).filter(({ lambda }) => lambda > 0);
  const others = options.scale === "lite" || options.scale === "paper" ? adaptive.slice(1) : [];
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
    ...others.flatMap((name) => penalized(name, { supporting: true })),
  ];
}
