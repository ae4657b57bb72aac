import type { DecayCurve } from "../../figures/index.js";
import type { Run } from "../../runs/record.js";
import { scaleThreshold } from "../../sparsity/measures.js";
import { median, quantile } from "../../statistics.js";
import type { ArmRuns } from "../../study/arm.js";
import { penaltyPull } from "../h05.js";
import { aroundDeaths, type FilterMeasure } from "./around-death.js";
import { gammaPaces } from "./gamma-pace.js";

/** After how many steps each scalar is below the threshold of dead by scale. */
export function decayText(curves: readonly DecayCurve[]): string {
  const parts = curves.map(({ name, closedForm, stepped }) => {
    const dead = stepped.findIndex((value) => Math.abs(value) < scaleThreshold);
    const apart = Math.max(...stepped.map((value, t) => Math.abs(value - closedForm[t]!)));
    const when =
      dead < 0
        ? `is at ${stepped.at(-1)!.toPrecision(2)} after ${stepped.length - 1} steps`
        : `is below $10^{-3}$ after ${dead} steps`;
    return `**${name}** ${when} (at most ${apart.toExponential(0)} from the closed form)`;
  });
  return `${parts.join("; ")}.`;
}

/**
 * What the probes' gradients say right before deaths, of Adam with L2 and of SGD with momentum, and how much of them is noise:
 * under Adam the second moment gives the size of a mini-batch's gradient, and so of the noise of a mean over a few.
 */
export function pullText(arms: readonly ArmRuns[]): string {
  const sentences = groups(arms).map(([name, runs]) => {
    const { dying, surviving } = pooled(runs, penaltyPull, [-1]);
    return `**${name}**: ${ratio(dying)} times in filters about to die, ${ratio(surviving)} times in those that live`;
  });
  const adam = groups(arms)[0]![1];
  const noise = pooled(adam, gradientInNoise, [-1]).surviving;
  return (
    `Median ratio of the penalty's gradient to the measured one at the last probe before a death. ${sentences.join("; ")}. ` +
    `Of what is measured in survivors under Adam, how much is more than noise? Its median size is ${median(noise).toFixed(2)} ` +
    "times the standard error that Adam's second moment suggests; pure noise would give 0.67."
  );
}

/** How fast gamma falls before, at and after deaths, as multiples of the penalty's own pace. */
export function paceText(arms: readonly ArmRuns[]): string {
  return groups(arms)
    .map(([name, runs]) => {
      const at = (offsets: number[]) => pooled(runs, gammaPaces, offsets);
      const silent = at([1, 2, 3]).dying;
      const half = [0.25, 0.75].map((share) => quantile(silent, share).toFixed(2)).join(" to ");
      return (
        `**${name}.** Once silent, a filter's scale falls at ${median(silent).toFixed(2)} times the penalty's own pace ` +
        `(middle half ${half}). In the interval in which it falls silent: ${median(at([0]).dying).toFixed(1)} times; in the one ` +
        `before: ${median(at([-1]).dying).toFixed(1)} times, against ${median(at([-1]).surviving).toFixed(1)} in filters that live.`
      );
    })
    .join("\n\n");
}

/** |measured gradient of gamma| in standard errors of a mean over the probe's mini-batches, by Adam's second moment. */
const gradientInNoise: FilterMeasure = ({ record, filters }) => {
  const { config, probes } = record;
  const channels = filters.step.length / probes.steps.length;
  const batches = probes.gradientImages / config.batchSize;
  const { optimizer } = config;
  if (optimizer.name !== "adam") return () => Number.NaN;
  return (probe, filter) => {
    const row = probe * channels + filter;
    const moment = filters.gammaSecondMoment[row]! / (1 - optimizer.beta2 ** probes.steps[probe]!);
    return Math.abs(filters.gammaGradient[row]!) / Math.sqrt(moment / batches);
  };
};

/** Finished runs with L2, Adam's and those of SGD with momentum. */
function groups(arms: readonly ArmRuns[]): [name: string, runs: Run[]][] {
  return ["Adam", "SGD+momentum"].map((name) => [
    `${name} with L2`,
    arms
      .filter(({ arm }) => arm.optimizer === name && arm.lambda > 0)
      .flatMap(({ runs }) => runs.filter(({ record }) => record.status === "finished")),
  ]);
}

function pooled(runs: readonly Run[], measure: FilterMeasure, offsets: readonly number[]) {
  const points = runs.flatMap((run) => aroundDeaths(run, measure, offsets));
  return {
    dying: points.flatMap(({ dying }) => dying),
    surviving: points.flatMap(({ surviving }) => surviving),
  };
}

const ratio = (logarithms: number[]): string => (10 ** median(logarithms)).toPrecision(2);
