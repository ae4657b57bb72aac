import type { Run } from "../runs/record.js";
import { pairedDifference } from "../statistics.js";
import type { ArmRuns, Scale, Verdict } from "./hypothesis.js";

export interface Comparison {
  id: string;
  claim: string;
  /** What was compared, one sentence. */
  comparison: string;
  /** The claim says that `measure` is larger here ... */
  more: ArmRuns;
  /** ... than here. */
  less: ArmRuns;
  measure: (run: Run) => number;
  unit: string;
  /** In units of `measure`. */
  smallestEffect: number;
  scale: Scale;
}

/**
 * Decides a claim by the 95 % interval of the seed-paired difference: supported when all of it lies above the
 * smallest effect of interest, contradicted when all of it lies below its negative, else inconclusive. Diverged runs
 * have no place in a mean: their seeds are left out on both sides.
 */
export function decide({ more, less, measure, ...about }: Comparison): Verdict {
  const { id, claim, comparison, unit, smallestEffect, scale } = about;
  const bySeed = new Map(finished(less).map((run) => [run.record.seed, run]));
  const pairs = finished(more).flatMap((run) => {
    const partner = bySeed.get(run.record.seed);
    return partner ? [[measure(run), measure(partner)] as const] : [];
  });
  const datasets = new Set([...more.runs, ...less.runs].map(({ record }) => datasetLabel(record.dataset)));
  const difference =
    pairs.length === 0
      ? { effect: Number.NaN, interval: [-Infinity, Infinity] as [number, number] }
      : pairedDifference(
          pairs.map(([a]) => a),
          pairs.map(([, b]) => b),
        );
  const [low, high] = difference.interval;
  return {
    id,
    claim,
    verdict: low > smallestEffect ? "supported" : high < -smallestEffect ? "contradicted" : "inconclusive",
    effect: difference.effect,
    interval: difference.interval,
    unit,
    smallestEffect,
    seeds: pairs.length,
    scale,
    dataset: [...datasets].join(", ") || "none",
    comparison,
  };
}

const finished = ({ runs }: ArmRuns): Run[] => runs.filter(({ record }) => record.status === "finished");

const datasetLabel = ({ name, source }: { name: string; source: string }) => `${name} (${source})`;
