import type { Run } from "../../runs/record.js";
import { scheduleFactor } from "../../training/schedule.js";

/** |gamma| below is too near to the end of what optimizers resolve for its pace to mean anything. */
const leastGamma = 1e-7;

/**
 * How fast each filter's |gamma| fell from the probe before to a probe, as a multiple of what the penalty alone would do:
 * -d ln|gamma| divided by the penalty's own shrinking over these steps. 0: the objective held the scale; 1: only the
 * penalty acted; above 1 the objective shrank it too; negative: it grew.
 *
 * By itself the penalty shrinks gamma by this factor a step (rate: the learning rate of the step): SGD with L2, rate lambda /
 * (1 - momentum); Adam with L2, rate lambda / sqrt(v), v being its bias-corrected second moment, taken as the geometric mean
 * of both probes', which is exact where v only decays; decoupled decay, lambda times the schedule's factor. Unlike the
 * gradient measured at a probe this has no sampling noise: it is what every mini-batch in between did together.
 *
 * NaN for the first probe, other optimizers, a change of sign, and |gamma| below 1e-7.
 */
export function gammaPaces(run: Run): (probe: number, filter: number) => number {
  const { record, filters } = run;
  const { steps } = record.probes;
  const channels = filters.step.length / steps.length;
  const falls = gammaFalls(run);
  const alone = shrinkingPerRate(record.config);
  return (probe, filter) => {
    if (probe === 0) return Number.NaN;
    const [before, row] = [(probe - 1) * channels + filter, probe * channels + filter];
    const first = alone(filters.gammaSecondMoment[before]!, steps[probe - 1]!);
    const second = alone(filters.gammaSecondMoment[row]!, steps[probe]!);
    return falls(probe, filter) / Math.sqrt(first * second);
  };
}

/**
 * How fast each filter's ln|gamma| fell from the probe before to a probe, a step at full learning rate. NaN for the first probe,
 * a change of sign, and |gamma| below 1e-7.
 */
export function gammaFalls({ record, filters }: Run): (probe: number, filter: number) => number {
  const { steps } = record.probes;
  const channels = filters.step.length / steps.length;
  const spans = steps.map((step, probe) => ratesBetween(record.config, steps[probe - 1] ?? step, step));
  return (probe, filter) => {
    if (probe === 0) return Number.NaN;
    const earlier = filters.gamma[(probe - 1) * channels + filter]!;
    const later = filters.gamma[probe * channels + filter]!;
    if (!(earlier * later > 0) || Math.abs(earlier) < leastGamma || Math.abs(later) < leastGamma)
      return Number.NaN;
    return Math.log(earlier / later) / spans[probe]!;
  };
}

/** The schedule's factors of the steps after one and up to another, added up. */
function ratesBetween({ schedule, steps }: Run["record"]["config"], after: number, to: number): number {
  let sum = 0;
  for (let step = after + 1; step <= to; step++) sum += scheduleFactor(schedule, step, steps);
  return sum;
}

/** What the penalty alone takes off ln|gamma| in a step at full learning rate, by the optimizer's second moment then. */
function shrinkingPerRate({
  optimizer,
  penalty,
}: Run["record"]["config"]): (moment: number, step: number) => number {
  const { lambda, kind } = penalty;
  if (kind === "decoupled") return () => lambda;
  if (optimizer.name === "sgd") {
    const { learningRate, momentum } = optimizer;
    return () => (learningRate * lambda) / (1 - momentum);
  }
  if (optimizer.name !== "adam") return () => Number.NaN;
  const { learningRate, beta2, epsilon } = optimizer;
  return (moment, step) => (learningRate * lambda) / (Math.sqrt(moment / (1 - beta2 ** step)) + epsilon);
}
