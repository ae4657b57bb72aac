import { addScores, emptyScore, type Score } from "../training/index.js";
import type { EpochMetrics } from "./record.js";

export interface EpochLogOptions {
  stepsPerEpoch: number;
  /** Learning rate of a step counted from 1. */
  learningRate: (step: number) => number;
  /** What an earlier log of the same run had, and the sums of the epoch that was under way. */
  earlier?: { epochs: readonly EpochMetrics[]; sinceEpoch: Score } | undefined;
}

/** Gathers a run's metrics epoch by epoch. */
export class EpochLog {
  readonly epochs: EpochMetrics[];
  /** Sums of the epoch that is under way. */
  sinceEpoch: Score;

  constructor(private readonly options: EpochLogOptions) {
    const { epochs = [], sinceEpoch = emptyScore } = options.earlier ?? {};
    this.epochs = [...epochs];
    this.sinceEpoch = sinceEpoch;
  }

  /** Adds the score of some steps. */
  add(latest: Score): void {
    this.sinceEpoch = addScores(this.sinceEpoch, latest);
  }

  /** Closes an epoch. `test`: evaluated then; undefined: not. */
  end(
    step: number,
    { deadByScale, test = emptyScore }: { deadByScale: number[]; test?: Score | undefined },
  ): void {
    const { stepsPerEpoch, learningRate } = this.options;
    const { loss, errors, count } = this.sinceEpoch;
    this.epochs.push({
      epoch: step / stepsPerEpoch,
      step,
      learningRate: learningRate(step),
      trainLoss: loss / count,
      trainError: errors / count,
      ...testMetrics(test),
      deadByScale,
    });
    this.sinceEpoch = emptyScore;
  }

  /** Sets what the last epoch's test came to, which was not known when it ended. */
  finish(test: Score): void {
    Object.assign(this.epochs.at(-1)!, testMetrics(test));
  }
}

/** Mean loss and error; NaN where nothing was evaluated. */
export const testMetrics = ({ loss, errors, count }: Score) => ({
  testLoss: loss / count,
  testError: errors / count,
});
