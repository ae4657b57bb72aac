import type { CutTraining, TimedTraining } from "../harvest/cut-training.js";
import { mean, tInterval } from "../statistics.js";
import type { Cell, Column, Estimate, Table } from "./table.js";

/** Of a run, with the column it stands in. */
const measures: [Column, (training: TimedTraining) => number][] = [
  [{ label: "Run", unit: "s", digits: 1 }, ({ seconds }) => seconds],
  [{ label: "of it processor", unit: "s", digits: 1 }, (training) => training.processorSeconds],
  [
    { label: "Steps and cuts", unit: "s", digits: 1 },
    (training) => training.stepSeconds + training.cutSeconds,
  ],
  [{ label: "of it processor", unit: "s", digits: 1 }, stepProcessor],
  [{ label: "Cuts alone, processor", unit: "s", digits: 1 }, (training) => training.cutProcessorSeconds],
  [{ label: "Dead by activation", unit: "%", digits: 1 }, (training) => 100 * training.deadByActivation],
  [{ label: "Test error", unit: "%", digits: 1 }, (training) => 100 * training.testError],
];

function stepProcessor({ stepProcessorSeconds, cutProcessorSeconds }: TimedTraining): number {
  return stepProcessorSeconds + cutProcessorSeconds;
}

/** What cutting dead filters out in training saved, and what it changed: seeds' means, and paired differences. */
export function cutTrainingTable({ trainings, arm, every, engine, version, ...about }: CutTraining): Table {
  const of = (cut: boolean) => trainings.filter((training) => training.cut === cut);
  const [whole, cut] = [of(false), of(true)];
  const row = (name: string, own: readonly TimedTraining[]): Cell[] => [
    name,
    ...measures.map(([, value]) => mean(own.map(value))),
  ];
  const pairs = cut.map((training) => ({
    training,
    other: whole.find(({ seed }) => seed === training.seed)!,
  }));
  const differences = measures.map(([, value]) =>
    estimate(pairs.map(({ training, other }) => value(training) - value(other))),
  );
  const saving = mean(pairs.map(({ training, other }) => stepProcessor(other) / stepProcessor(training)));
  return {
    title: `${arm}: whole, and with dead filters cut out every ${every.toLocaleString("en")} steps`,
    columns: [{ label: "" }, ...measures.map(([column]) => column)],
    rows: [row("Whole", whole), row("Dead filters cut", cut), ["Difference", ...differences]],
    note:
      `Means over ${cut.length} ${cut.length === 1 ? "seed" : "seeds"}, differences paired, ± half the 95 % interval; whole, steps take ${saving.toFixed(2)} times the processor time of steps and cuts. ` +
      `${engine} (${version}, kernels ${about.kernels}), ${about.threads === 1 ? "one thread" : `${about.threads} threads`}, ${about.processor}.`,
  };
}

function estimate(values: readonly number[]): Estimate {
  const [low, high] = tInterval(values);
  return { mean: mean(values), halfWidth: (high - low) / 2 };
}

/** Training steps a second of processor time over training: a row for each run and stretch of steps. */
export const cutPaceRows = ({ trainings }: CutTraining) =>
  trainings.flatMap(({ seed, cut, pace }) =>
    pace.map(({ step, processorSeconds }, index) => {
      const before = pace[index - 1] ?? { step: 0, processorSeconds: 0 };
      return {
        ...{ seed, step, network: cut ? "dead filters cut" : "whole" },
        stepsPerSecond: (step - before.step) / (processorSeconds - before.processorSeconds),
      };
    }),
  );
