import type { RunConfig } from "../runs/config.js";
import { trainingCost } from "../runs/cost.js";
import { describeDuration } from "../runs/describe.js";
import { type Durations, makespan } from "../runs/durations.js";

/** How long some runs are expected to take. */
export interface Expected {
  /** Seconds until the last ends. */
  seconds: number;
  /** Seconds of one worker per unit of `trainingCost`, over all of them. */
  pace: number | undefined;
  /** Finished runs that this rests on; with none it is an engine's typical speed. */
  measuredOn: number;
}

/** The longest first, each by the worker that is free first. */
export function expected(configs: readonly RunConfig[], durations: Durations, workers: number): Expected {
  const each = configs.map((config) => durations.seconds(config)).sort((a, b) => b - a);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    seconds: makespan(each, new Array<number>(Math.max(1, workers)).fill(0)),
    pace: configs.length > 0 ? sum(each) / sum(configs.map(trainingCost)) : undefined,
    measuredOn: durations.measuredOn,
  };
}

/** "about 2 h 10 min, as 24 runs took here"; rounded, since it is a guess. */
export function describeExpected({ seconds, measuredOn }: Expected): string {
  const grain = seconds < 600 ? 10 : 60;
  const basis =
    measuredOn === 0
      ? "depending on the machine"
      : `as ${measuredOn === 1 ? "one run" : `${measuredOn} runs`} took here`;
  return `about ${describeDuration(Math.max(10, grain * Math.round(seconds / grain)))}, ${basis}`;
}
