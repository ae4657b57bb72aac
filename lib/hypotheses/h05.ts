import { describeData, describeSeeds } from "../figures/describe.js";
import {
  deadShareOverTraining,
  filterLife,
  gammaTrajectories,
  type PullPanel,
  type PullPoint,
  pullAroundDeath,
} from "../figures/index.js";
import type { Run } from "../runs/record.js";
import { findDeaths } from "../sparsity/deaths.js";
import { median } from "../statistics.js";
import { penaltySweep } from "./arms.js";
import type { Arm, ArmOptions, ArmRuns, Hypothesis } from "./hypothesis.js";
import { possibleFigures } from "./possible-figures.js";
import { adamWithL2, exampleRun } from "./select.js";
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
  figures: (runs) =>
    possibleFigures([
      () => ({
        name: "pull-around-death",
        caption:
          "How many times the penalty's gradient on gamma is the objective's, aligned at the probe that first finds a filter dead, for filters that die and for those of the same runs that live, all seeds together. The objective's gradient is a mean over a few mini-batches, so that its noise counts as pull; filters that die early have no early probes.",
        figure: pullAroundDeath(pullPanels(runs), {
          subtitle: [`${describeSeeds(runs)}, all together.`, describeData(runs)],
        }),
      }),
      () => ({
        name: "gamma-trajectories",
        caption:
          "|gamma| over training in a few filters of one run. Those that fall silent first keep a scale that only the penalty moves, and it decays.",
        figure: gammaTrajectories(exampleRun("h05", runs)),
      }),
      () => ({
        name: "filter-life",
        caption:
          "The state of every filter of the same run at every probe, sorted by time of death within each layer. The last probe looks at more images, to which a few sleepers answer.",
        figure: filterLife(exampleRun("h05", runs)),
      }),
      () => ({
        name: "dead-share-over-training",
        caption: "Share of filters inactive by scale over training.",
        figure: deadShareOverTraining(runs),
      }),
    ]),
  verdict(runs, scale) {
    const penalized = adamWithL2("h05", runs);
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

/** Probes before and after a death that are looked at. */
const offsets = [-5, -4, -3, -2, -1, 0, 1, 2, 3];

/**
 * log10 of lambda |gamma| over |d objective / d gamma| at each probe just before deaths: of the filters about to die, and
 * of those that are active to the end. A filter whose gradient is exactly 0 counts with the float's smallest.
 */
export function pullBeforeDeath(run: Run): { dying: number[]; surviving: number[] } {
  const [before] = pullsAround(run, [-1]);
  return before!;
}

/** The same as many probes from each death as each offset says: 0 is the probe at which a filter is first dead. */
export function pullsAround({ record, filters }: Run, around: readonly number[]): PullPoint[] {
  const { steps } = record.probes;
  const { lambda } = record.config.penalty;
  const deaths = findDeaths(filters);
  const channels = filters.step.length / steps.length;
  const firsts = new Map<number, number>();
  for (let row = 0; row < channels; row++) {
    const layer = filters.layer[row]!;
    if (!firsts.has(layer)) firsts.set(layer, row);
  }
  const channel = (layer: number, filter: number) => firsts.get(layer)! + filter;
  const dead = new Set(deaths.map(({ layer, filter }) => channel(layer, filter)));
  const survivors = Array.from({ length: channels }, (_, index) => index).filter((index) => !dead.has(index));
  const ratio = (probe: number, index: number) => {
    const row = probe * channels + index;
    const pull = Math.max(lambda * Math.abs(filters.gamma[row]!), Number.MIN_VALUE);
    return Math.log10(pull / Math.max(Math.abs(filters.gammaGradient[row]!), smallestFloat));
  };
  const times = [...steps.keys()].flatMap((probe) => {
    const own = deaths.filter((death) => death.step === steps[probe]);
    return own.length > 0 ? [{ probe, own }] : [];
  });
  return around.map((offset) => {
    const seen = times.filter(({ probe }) => steps[probe + offset] !== undefined);
    return {
      offset,
      dying: seen.flatMap(({ probe, own }) =>
        own.map(({ layer, filter }) => ratio(probe + offset, channel(layer, filter))),
      ),
      surviving: seen.flatMap(({ probe }) => survivors.map((index) => ratio(probe + offset, index))),
    };
  });
}

/** Pulls around deaths of every penalized arm in which filters died, the seeds together. */
function pullPanels(runs: ArmRuns[]): PullPanel[] {
  return runs
    .filter(({ arm }) => arm.lambda > 0)
    .map(({ arm, runs: own }) => {
      const points = own
        .filter(({ record }) => record.status === "finished")
        .map((run) => pullsAround(run, offsets));
      return {
        name: arm.label,
        points: offsets.map((offset, i) => ({
          offset,
          dying: points.flatMap((seed) => seed[i]!.dying),
          surviving: points.flatMap((seed) => seed[i]!.surviving),
        })),
      };
    })
    .filter(({ points }) => points.some(({ dying }) => dying.length > 0));
}

/** Of float32's normal numbers. */
const smallestFloat = 2 ** -126;

function arms(options: ArmOptions): Arm[] {
  return [...penaltySweep(options, "Adam"), ...penaltySweep(options, "SGD+momentum")];
}
