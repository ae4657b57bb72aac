import { bothMeasures, deadShareByLayer, filterLife, gammaBetaScatter } from "../figures/index.js";
import type { Run } from "../runs/record.js";
import { inactiveAt } from "../sparsity/deaths.js";
import { median } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { effectiveRate } from "../study/effective-rate.js";
import { factorsOf } from "../study/factors.js";
import { measures } from "../study/measures.js";
import { highest } from "../study/study-runs.js";
import { type Cell, estimateOfRuns, type Table } from "../tables/index.js";
import { type ArmChanges, arm, isShort, l2, twoL2, vary } from "./arms.js";
import { needed, seedMean } from "./select.js";
import { study } from "./study.js";

/** Without BatchNorm the rate that suits it makes training diverge. */
const bare: ArmChanges = {
  optimizer: { name: "adam", learningRate: 1e-3 },
  model: { normalization: "none" },
  note: "no BatchNorm",
};

const underStrongest = { normalization: "BatchNorm", lambda: highest } as const;

const dead = measures.deadByActivation.of;

/** H7: whether sparsity needs the penalty to reach BatchNorm's gamma and beta. */
export const h07 = study({
  id: "h07",
  notebook: "07-batch-normalization",
  title: "The penalty on BatchNorm's gamma and beta",
  question: "Does sparsity need the penalty to reach gamma and beta, and does it need BatchNorm at all?",
  claim: "With BatchNorm's gamma and beta left out of the penalty, fewer filters die.",
  source: "notes",
  answers: {
    supported: "Gamma and beta contribute: with both left out of the penalty {} fewer filters die.",
    contradicted: "Gamma and beta are not the reason: with both left out of the penalty {} more filters die.",
    difference: "what leaving gamma and beta out of the penalty spares",
  },
  arms: (options) => [
    arm(options, "Adam", { supporting: true }),
    ...vary(options, "Adam", l2(...twoL2[options.scale]), [
      {},
      { penalty: { on: "weights" } },
      ...(isShort(options) ? [] : [{ penalty: { on: ["gamma", "beta"] } } satisfies ArmChanges]),
      bare,
    ]),
    ...(isShort(options) ? [] : [arm(options, "Adam", { ...bare, supporting: true })]),
  ],
  contrasts: {
    main: {
      part: "contributes",
      among: underStrongest,
      more: { on: "all parameters" },
      less: { on: "weights only" },
      of: "deadByActivation",
      comparison:
        "Adam with L2 on all parameters against the same L2 on weights only: share of filters inactive by activation.",
      page: { words: ["with L2 on all parameters", "on weights only"] },
    },
    isTheReason: {
      part: "is the reason",
      claim:
        "Filters die because the penalty reaches BatchNorm's gamma and beta: with both left out of it, most of the deaths are gone.",
      pairs(runs) {
        const [all, weights] = (["all parameters", "weights only"] as const).map((on) =>
          needed("h07", runs, { ...underStrongest, on }),
        ) as [ArmRuns[], ArmRuns[]];
        return {
          arms: [...all, ...weights],
          pair(seed) {
            const left = seedMean(weights, seed, dead);
            return [seedMean(all, seed, dead) - left, left];
          },
          comparison:
            "Adam with L2: share of filters that leaving gamma and beta out of the penalty keeps from dying (by activation), against the share that dies all the same.",
        };
      },
    },
    alone: {
      id: "gamma and beta alone",
      claim: "A penalty on BatchNorm's gamma and beta alone kills more filters than one on weights alone.",
      among: underStrongest,
      more: { on: "γ and β only" },
      less: { on: "weights only" },
      of: "deadByActivation",
      comparison:
        "Adam with L2 on gamma and beta only against the same L2 on weights only: share of filters inactive by activation.",
    },
  },
  figures: {
    "both-measures": {
      caption:
        "Share of filters inactive by scale and by activation at the end of training, by what the penalty reaches, with and without BatchNorm.",
      of: (runs) =>
        bothMeasures(runs.where({ penalty: "L2" }), {
          title: "How many filters die, by what the penalty reaches",
          row({ config }) {
            const { normalization, on } = factorsOf(config);
            return normalization === "none" ? "all, no BatchNorm" : on;
          },
        }),
    },
    "gamma-beta": {
      caption:
        "Scale and shift of every filter at the end of training, colored by its state, by what the penalty reaches, and without BatchNorm.",
      of: (runs) => gammaBetaScatter(runs.where({ lambda: highest }), { columns: 2 }),
    },
    "dead-share-by-layer": {
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      of: (runs) => deadShareByLayer(runs, { measure: "activation" }),
    },
    "filter-life": {
      caption:
        "The life of every filter of one run with the penalty on weights only: filters fall silent while gamma is large. The last probe looks at more images, to which a few sleepers answer.",
      of: (runs) => filterLife(needed("h07", runs, { on: "weights only", lambda: highest })[0]!.runs[0]!),
    },
  },
});

/**
 * How far weights shrink, and what it does to the steps taken with them: behind BatchNorm only a weight vector's direction
 * matters, and a step of a given length turns a short one further (van Laarhoven 2017). A row per arm with BatchNorm: the
 * median norm of a filter's weights right before the learning rate drops, of the filters active then, and how many times as high
 * as that of the arm without penalty its `effectiveRate` is. Mean over seeds.
 */
export function effectiveRates(runs: readonly ArmRuns[]): Table {
  const arms = runs.filter(
    ({ arm, runs: own }) => arm.config.model.normalization === "batch" && own.length > 0,
  );
  const free = arms.find(({ arm }) => arm.lambda === 0);
  const rateOf = (run: Run) => effectiveRate(run.record.config, weightNorm(run));
  const reference = free ? estimateOfRuns(free, rateOf).mean : Number.NaN;
  return {
    title: "Weights shrink, and steps turn them further",
    columns: [
      { label: "Arm" },
      { label: "Norm of a living filter's weights", digits: 2 },
      { label: "Effective learning rate", unit: "times that without penalty", digits: 1 },
      { label: "Dead by activation", unit: "%", digits: 1 },
    ],
    rows: arms.map((item): Cell[] => [
      item.arm.label,
      estimateOfRuns(item, weightNorm),
      estimateOfRuns(item, (run) => rateOf(run) / reference),
      estimateOfRuns(item, "deadByActivation"),
    ]),
    note: "At the last probe before the first drop of the learning rate. Effective: how far a step turns a filter's weights, which under Adam goes as 1 over their norm (under SGD, as 1 over its square). Mean over seeds ± half the 95 % interval.",
  };
}

/** Median norm of the weights of the filters active at the last probe at full learning rate. */
function weightNorm({ record, filters }: Run): number {
  const { schedule, steps } = record.config;
  const drop = schedule.name === "step" ? schedule.milestones[0]! * steps : steps;
  const step = record.probes.steps.findLast((probe) => probe <= drop);
  const rows = [...filters.step.keys()].filter(
    (row) => filters.step[row] === step && !inactiveAt(filters, row),
  );
  return median(rows.map((row) => filters.weightNorm[row]!));
}
