import { bothMeasures, deadShareByLayer, filterLife, gammaBetaScatter } from "../figures/index.js";
import { parameterRoles } from "../optimizers/penalty-config.js";
import type { Run } from "../runs/record.js";
import { inactiveAt } from "../sparsity/deaths.js";
import { median } from "../statistics.js";
import type { Arm, ArmRuns } from "../study/arm.js";
import { type Cell, estimateOfRuns, type Table } from "../tables/index.js";
import { arm } from "./arms.js";
import type { ArmOptions, Hypothesis } from "./hypothesis.js";
import { possibleFigures } from "./possible-figures.js";
import { armWhere, deadByActivation } from "./select.js";
import { decide } from "./verdict.js";

/** H7: sparsity comes by way of BatchNorm's gamma and beta. */
export const h07: Hypothesis = {
  id: "h07",
  notebook: "07-batch-normalization",
  title: "Filters die by way of BatchNorm's gamma and beta",
  question: "Does sparsity need the penalty to reach gamma and beta, and does it need BatchNorm at all?",
  claim:
    "Filters die because the penalty reaches BatchNorm's gamma and beta: with gamma and beta left out, fewer die.",
  arms,
  figures: (runs) =>
    possibleFigures([
      () => ({
        name: "both-measures",
        caption:
          "Share of filters inactive by scale and by activation at the end of training, by what the penalty reaches, with and without BatchNorm.",
        figure: bothMeasures(
          runs.filter(({ arm }) => arm.lambda > 0),
          { title: "How many filters die, by what the penalty reaches", row: condition },
        ),
      }),
      () => ({
        name: "gamma-beta",
        caption:
          "Scale and shift of every filter at the end of training, colored by its state, by what the penalty reaches, and without BatchNorm.",
        figure: gammaBetaScatter(
          runs.filter(({ arm }) => arm.lambda === strongest(runs)),
          { columns: 2 },
        ),
      }),
      () => ({
        name: "dead-share-by-layer",
        caption: "Share of filters in each layer that are inactive by activation at the end of training.",
        figure: deadShareByLayer(runs, { measure: "activation" }),
      }),
      () => ({
        name: "filter-life",
        caption:
          "The life of every filter of one run with the penalty on weights only: filters fall silent while gamma is large. The last probe looks at more images, to which a few sleepers answer.",
        figure: filterLife(
          armWhere(
            "h07",
            runs,
            "Adam with L2 on weights only",
            (own) => own.config.penalty.on.join() === "weight" && own.lambda === strongest(runs),
          ).runs[0]!,
        ),
      }),
    ]),
  verdict(runs, scale) {
    const batch = (a: Arm) => a.config.model.normalization === "batch" && a.lambda === strongest(runs);
    return decide({
      id: "h07",
      claim: h07.claim,
      comparison:
        "Adam with L2 on all parameters against the same L2 on weights only: share of filters inactive by activation.",
      more: armWhere("h07", runs, "Adam with L2 on all parameters", (a) => batch(a) && penalizesAll(a)),
      less: armWhere(
        "h07",
        runs,
        "Adam with L2 on weights only",
        (a) => batch(a) && a.config.penalty.on.join() === "weight",
      ),
      measure: deadByActivation,
      unit: "percentage points",
      smallestEffect: 5,
      scale,
    });
  },
};

/**
 * How far weights shrink, and what it does to the steps taken with them: behind BatchNorm only a weight vector's direction
 * matters, and a step of a given length turns a short one further (van Laarhoven 2017). A row per arm with BatchNorm: the
 * median norm of a filter's weights right before the learning rate drops, of the filters active then, and the squared ratio to
 * that of the arm without penalty, which is how many times as high the effective learning rate is. Mean over seeds.
 */
export function effectiveRates(runs: readonly ArmRuns[]): Table {
  const arms = runs.filter(
    ({ arm, runs: own }) => arm.config.model.normalization === "batch" && own.length > 0,
  );
  const free = arms.find(({ arm }) => arm.lambda === 0);
  const reference = free ? estimateOfRuns(free, weightNorm).mean : Number.NaN;
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
      estimateOfRuns(item, (run) => (reference / weightNorm(run)) ** 2),
      estimateOfRuns(item, "deadByActivation"),
    ]),
    note: "At the last probe before the first drop of the learning rate. Mean over seeds ± half the 95 % interval.",
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

const conditions: Record<string, string> = {
  "weight,gamma,beta,bias": "all parameters",
  weight: "weights only",
  "gamma,beta": "γ and β only",
};

/** What an arm's penalty reaches. */
const condition = ({ config: { penalty, model } }: Arm): string =>
  model.normalization === "none"
    ? "all, no BatchNorm"
    : (conditions[penalty.on.join()] ?? penalty.on.join(", "));

/** The strongest penalty on all parameters. */
const strongest = (runs: readonly ArmRuns[]): number =>
  Math.max(...runs.filter(({ arm }) => penalizesAll(arm)).map(({ arm }) => arm.lambda));

const penalizesAll = ({ config: { penalty } }: Arm): boolean =>
  penalty.lambda > 0 && penalty.on.length === parameterRoles.length;

/** Without BatchNorm the rate that suits it makes training diverge. */
const bareRate = 1e-3;

function arms(options: ArmOptions): Arm[] {
  const short = options.scale === "quick" || options.scale === "smoke";
  const lambdas = { smoke: [1e-2], quick: [1e-2], lite: [3e-4, 1e-3], paper: [1e-4, 1e-3] }[options.scale];
  const bare = {
    optimizer: { name: "adam" as const, learningRate: bareRate },
    model: { normalization: "none" as const },
    note: "no BatchNorm",
  };
  return [
    arm(options, "Adam", { supporting: true }),
    ...lambdas.flatMap((lambda) => [
      arm(options, "Adam", { penalty: { lambda } }),
      arm(options, "Adam", { penalty: { lambda, on: "weights" } }),
      ...(short ? [] : [arm(options, "Adam", { penalty: { lambda, on: ["gamma", "beta"] } })]),
      arm(options, "Adam", { penalty: { lambda }, ...bare }),
    ]),
    ...(short ? [] : [arm(options, "Adam", { ...bare, supporting: true })]),
  ];
}
