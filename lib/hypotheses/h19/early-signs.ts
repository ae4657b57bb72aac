import type { Run } from "../../runs/record.js";
import { inactiveAt } from "../../sparsity/deaths.js";
import { scaleThreshold, selectiveThreshold } from "../../sparsity/measures.js";
import { mean, quantile } from "../../statistics.js";
import { scheduleFactor } from "../../training/schedule.js";

/** What one probe tells of every filter, in the order of layers and filters. */
export interface EarlyFilters {
  step: number;
  /** log10 |gamma|. */
  logGamma: number[];
  /** Decades that |gamma| lost since the probe before, per tenth of training; negative where it grew. */
  pace: number[];
  selectivity: number[];
  beta: number[];
  weightNorm: number[];
  /** Inactive by either measure. */
  inactive: boolean[];
}

/** Of float32's normal numbers: gammas that have come to 0 stand there. */
const smallest = 2 ** -126;

/**
 * Whether a run kept what the signs of the first `share` of training are read from: a probe within it and one before that, for
 * the pace. Light records have one of the two.
 */
export const hasEarlyProbes = ({ record: { probes, config } }: Pick<Run, "record">, share: number): boolean =>
  probes.steps.filter((step) => step <= share * config.steps).length >= 2;

/** The latest probe within the first `share` of a run's steps. */
export function earlyFilters({ record, filters }: Run, share: number): EarlyFilters {
  const { steps } = record.probes;
  const total = record.config.steps;
  const probe = Math.max(
    0,
    steps.findLastIndex((step) => step <= share * total),
  );
  const before = Math.max(0, probe - 1);
  const channels = filters.step.length / steps.length;
  const rows = Array.from({ length: channels }, (_, filter) => probe * channels + filter);
  const logOf = (row: number) => Math.log10(Math.max(smallest, Math.abs(filters.gamma[row]!)));
  const between = (10 * (steps[probe]! - steps[before]!)) / total;
  return {
    step: steps[probe]!,
    logGamma: rows.map(logOf),
    pace: rows.map((row, filter) =>
      between === 0 ? 0 : (logOf(before * channels + filter) - logOf(row)) / between,
    ),
    selectivity: rows.map((row) => filters.selectivity[row]!),
    beta: rows.map((row) => filters.beta[row]!),
    weightNorm: rows.map((row) => filters.weightNorm[row]!),
    inactive: rows.map((row) => inactiveAt(filters, row)),
  };
}

/** Names of `earlySigns`, in their order. */
export const earlySignNames = [
  "share of inactive filters",
  "mean log |γ|",
  ...[10, 25, 50, 90].map((percent) => `${percent} % quantile of log |γ|`),
  "mean pace of |γ|'s decay",
  ...[25, 75].map((percent) => `${percent} % quantile of the pace`),
  "share of filters below the threshold at the end, were |γ| to go on at its pace",
  "mean selectivity",
  "share of selective filters",
  "mean log norm of weights",
  "mean β",
] as const;

/**
 * A run's filters within the first `share` of its steps as a few numbers: how |gamma| is distributed and how fast it falls,
 * what share would be dead by scale if it went on so over the rest of the learning-rate schedule, how selective filters are.
 */
export function earlySigns(run: Run, share: number): number[] {
  const { step, logGamma, pace, selectivity, beta, weightNorm, inactive } = earlyFilters(run, share);
  const { schedule, steps } = run.record.config;
  const tenthsToGo = (10 * remainingFactor(schedule, step, steps)) / steps;
  const shareOf = (holds: readonly boolean[]) => mean(holds.map(Number));
  return [
    shareOf(inactive),
    mean(logGamma),
    ...[0.1, 0.25, 0.5, 0.9].map((part) => quantile(logGamma, part)),
    mean(pace),
    ...[0.25, 0.75].map((part) => quantile(pace, part)),
    shareOf(
      logGamma.map((value, i) => value - Math.max(0, pace[i]!) * tenthsToGo < Math.log10(scaleThreshold)),
    ),
    mean(selectivity),
    shareOf(selectivity.map((value) => value > selectiveThreshold)),
    mean(weightNorm.map((value) => Math.log10(Math.max(smallest, value)))),
    mean(beta),
  ];
}

const remaining = new Map<string, number>();

/** Sum of the schedule's factors over the steps to come; the seeds of an arm share it. */
function remainingFactor(schedule: Run["record"]["config"]["schedule"], from: number, steps: number): number {
  const key = JSON.stringify([schedule, from, steps]);
  let sum = remaining.get(key);
  if (sum === undefined) {
    sum = 0;
    for (let step = from + 1; step <= steps; step++) sum += scheduleFactor(schedule, step, steps);
    remaining.set(key, sum);
  }
  return sum;
}
