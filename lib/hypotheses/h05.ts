import { deadShareOverTraining } from "../figures/index.js";
import type { Run } from "../runs/record.js";
import { findDeaths } from "../sparsity/deaths.js";
import { median } from "../statistics.js";
import { penaltySweep } from "./arms.js";
import type { Arm, ArmOptions, Hypothesis } from "./hypothesis.js";
import { armsWhere } from "./select.js";
import { decidePairs } from "./verdict.js";

/** H5: a filter dies when the penalty outweighs what is left of the objective's gradient. */
export const h05: Hypothesis = {
  id: "h05",
  notebook: "05-mechanism",
  title: "The penalty outweighs a vanishing gradient",
  question: "What happens to a filter on its way out: does the penalty's pull outgrow the objective's?",
  claim:
    "Before a filter dies the penalty's gradient on its gamma outweighs the objective's, more than it does for filters that survive.",
  arms,
  figures: (runs) => [
    {
      name: "dead-share-over-training",
      caption: "Share of filters inactive by scale over training.",
      figure: deadShareOverTraining(runs),
    },
  ],
  verdict(runs, scale) {
    const penalized = armsWhere(
      "h05",
      runs,
      "Adam with L2",
      (a) => a.optimizer === "Adam" && a.lambda > 0 && a.config.penalty.kind === "l2",
    );
    const ratios = (seed: number) =>
      penalized.flatMap(({ runs: own }) =>
        own
          .filter(({ record }) => record.seed === seed && record.status === "finished")
          .map((run) => pullBeforeDeath(run)),
      );
    return decidePairs({
      id: "h05",
      claim: h05.claim,
      comparison:
        "Median over filters of log10(|penalty's gradient| / |objective's gradient|) on gamma at the last probe before a death, dying filters against those that survive the run, at the same probes; Adam with L2.",
      arms: penalized,
      pair: (seed) => [
        median(ratios(seed).flatMap(({ dying }) => dying)),
        median(ratios(seed).flatMap(({ surviving }) => surviving)),
      ],
      unit: "decades",
      smallestEffect: 0.3,
      scale,
    });
  },
};

/**
 * log10 of lambda |gamma| over |d objective / d gamma| at each probe just before deaths: of the filters about to die, and
 * of those that are active to the end. A filter whose gradient is exactly 0 counts with the float's smallest.
 */
export function pullBeforeDeath({ record, filters }: Run): { dying: number[]; surviving: number[] } {
  const { steps } = record.probes;
  const { lambda } = record.config.penalty;
  const deaths = findDeaths(filters);
  const channels = filters.step.length / steps.length;
  const offsets = new Map<number, number>();
  for (let row = 0; row < channels; row++) {
    const layer = filters.layer[row]!;
    if (!offsets.has(layer)) offsets.set(layer, row);
  }
  const channel = (layer: number, filter: number) => offsets.get(layer)! + filter;
  const dead = new Set(deaths.map(({ layer, filter }) => channel(layer, filter)));
  const survivors = Array.from({ length: channels }, (_, index) => index).filter((index) => !dead.has(index));
  const ratio = (probe: number, index: number) => {
    const row = probe * channels + index;
    const pull = Math.max(lambda * Math.abs(filters.gamma[row]!), Number.MIN_VALUE);
    return Math.log10(pull / Math.max(Math.abs(filters.gammaGradient[row]!), smallestFloat));
  };
  const dying: number[] = [];
  const surviving: number[] = [];
  for (const [probe, step] of steps.entries()) {
    const own = deaths.filter((death) => death.step === step);
    if (probe === 0 || own.length === 0) continue;
    for (const death of own) dying.push(ratio(probe - 1, channel(death.layer, death.filter)));
    for (const index of survivors) surviving.push(ratio(probe - 1, index));
  }
  return { dying, surviving };
}

/** Of float32's normal numbers. */
const smallestFloat = 2 ** -126;

function arms(options: ArmOptions): Arm[] {
  return [...penaltySweep(options, "Adam"), ...penaltySweep(options, "SGD+momentum")];
}
