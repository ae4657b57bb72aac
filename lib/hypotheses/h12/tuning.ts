import { describePruning, shortNumber } from "../../runs/describe.js";
import { mean } from "../../statistics.js";
import type { Arm, ArmRuns } from "../../study/arm.js";
import type { Cell, Table } from "../../tables/table.js";
import { arm } from "../arms.js";
import type { ArmOptions } from "../hypothesis.js";

/** What H12's explicit methods could be tuned by: all on held-out training images, never on test images. */
export interface Tuning {
  optimizer: "Adam" | "SGD+momentum";
  /** Of the L2 penalty beside the L1 penalty. */
  lambda: number;
  /** Strengths of the L1 penalty on gamma. */
  l1Gammas: readonly number[];
  /** Share of filters cut. */
  share: number;
  /** Factors of the learning rate that fine-tuning could have. */
  factors: readonly number[];
  /** Steps of fine-tuning. */
  steps: number;
}

/** Of 10,000 training images; the others train. */
const heldOut = 0.2;

/** Network slimming with every strength, fine-tuned at every rate, evaluated on held-out training images. */
export function tuningArms(
  options: ArmOptions,
  { trainImages }: { trainImages: number },
  tunings: Tuning[],
): Arm[] {
  const dataset = {
    trainImages: Math.round((1 - heldOut) * trainImages),
    validationImages: Math.round(heldOut * trainImages),
  };
  return tunings.flatMap(({ optimizer: name, lambda, l1Gammas, share, factors, steps }) =>
    l1Gammas.flatMap((l1Gamma) => {
      const common = { dataset, supporting: true };
      const penalty = { kind: "l2" as const, lambda };
      const parent = arm(options, name, {
        ...common,
        penalty: { ...penalty, l1Gamma },
        note: "validation",
      });
      const { optimizer } = parent.config;
      const start = { run: parent.config, prune: { method: "slimming" as const, share } };
      const tuned = factors.map((factor) =>
        arm(options, name, {
          ...common,
          ...{ penalty, start, steps },
          optimizer: { ...optimizer, learningRate: Number((factor * optimizer.learningRate).toPrecision(6)) },
          note: `rate times ${shortNumber(factor)}, validation`,
        }),
      );
      return [parent, ...tuned];
    }),
  );
}

/** Whether an arm only serves to choose something. */
export const isTuning = ({ arm: { config } }: Pick<ArmRuns, "arm">): boolean =>
  config.dataset.validationImages > 0;

/**
 * Error on held-out training images of each setting that was tried, the lowest of each optimizer marked. Before
 * fine-tuning means the network that is to be cut.
 */
export function tuningTable(runs: readonly ArmRuns[]): Table {
  const tried = runs
    .filter((one) => isTuning(one) && one.runs.length > 0)
    .map(({ arm: { config, optimizer }, runs: own }) => ({
      optimizer,
      start: config.start,
      rate: config.optimizer.learningRate,
      l1Gamma: (config.start?.run ?? config).penalty.l1Gamma,
      error: mean(own.map(({ record }) => 100 * record.final.testError)),
    }));
  const lowest = (name: string) =>
    Math.min(
      ...tried.filter(({ optimizer, start }) => start && optimizer === name).map(({ error }) => error),
    );
  return {
    title: "Network slimming, tuned on held-out training images",
    columns: [
      { label: "Optimizer" },
      { label: "L1 on gamma" },
      { label: "Then" },
      { label: "Learning rate" },
      { label: "Validation error", unit: "%", digits: 1 },
    ],
    rows: tried.map(({ optimizer, start, rate, l1Gamma, error }): Cell[] => [
      optimizer,
      shortNumber(l1Gamma),
      start ? `${describePruning(start.prune)}, fine-tuned` : "not cut",
      shortNumber(rate),
      {
        mean: error,
        halfWidth: Number.POSITIVE_INFINITY,
        best: Boolean(start) && error === lowest(optimizer),
      },
    ]),
    note: "One seed. Marked: the lowest error of each optimizer after fine-tuning, whose learning rate all explicit arms use.",
  };
}
