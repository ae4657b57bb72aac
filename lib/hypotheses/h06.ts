import {
  deadShareOverTraining,
  filterLife,
  survivalBySelectivity,
  universalityHistograms,
} from "../figures/index.js";
import type { Run } from "../runs/record.js";
import { mean, type PairedDifference, pairedDifference } from "../statistics.js";
import type { Arm, ArmRuns } from "../study/arm.js";
import { observationsBySelectivity } from "../study/selectivity.js";
import type { Observation } from "../survival.js";
import { penaltySweep } from "./arms.js";
import type { ArmOptions, Hypothesis } from "./hypothesis.js";
import { possibleFigures } from "./possible-figures.js";
import { adamWithL2, armWhere, deadByActivation, exampleRun, seedMean, seedsIn } from "./select.js";
import { decide } from "./verdict.js";

/** H6: adaptive methods learn more selective features; selective ones die. */
export const h06: Hypothesis = {
  id: "h06",
  notebook: "06-selectivity",
  title: "Adam learns more selective features, and selective features die",
  question: "Do features that answer to few images come from the optimizer, and are they the ones that die?",
  claim: "Without any penalty, Adam's features are more selective than those of SGD with momentum.",
  arms,
  figures: (runs) =>
    possibleFigures([
      () => ({
        name: "universality",
        caption:
          "Distribution of universality (1 - selectivity) over each layer's filters at four times, Adam against SGD with momentum, both without penalty.",
        figure: universalityHistograms(runs.filter(({ arm }) => arm.lambda === 0)),
      }),
      () => ({
        name: "survival-by-selectivity",
        caption:
          "Share of filters that stay alive, by their selectivity when a tenth of training is done, in arms where filters die. Groups are thirds of each layer's own filters, so that every group holds as much of each layer: late layers are more selective as a whole.",
        figure: survivalBySelectivity(withDeaths(runs), { withinLayers: true }),
      }),
      () => ({
        name: "filter-life",
        caption:
          "The life of every filter of one run of Adam with L2, with the selectivity of those alive as a shade. The last probe looks at more images, to which a few sleepers answer.",
        figure: filterLife(exampleRun("h06", runs), { shade: "selectivity" }),
      }),
      () => ({
        name: "dead-share-over-training",
        caption: "Share of filters inactive by scale over training.",
        figure: deadShareOverTraining(runs),
      }),
    ]),
  verdict(runs, scale) {
    const of = (optimizer: string) =>
      armWhere(
        "h06",
        runs,
        `${optimizer} without penalty`,
        (a) => a.optimizer === optimizer && a.lambda === 0,
      );
    return decide({
      id: "h06",
      claim: h06.claim,
      comparison:
        "Adam against SGD with momentum, both without penalty: mean selectivity of all filters over the training images at the end.",
      more: of("Adam"),
      less: of("SGD+momentum"),
      measure: (run) => 100 * meanSelectivity(run),
      unit: "percentage points",
      smallestEffect: 2,
      scale,
    });
  },
};

/**
 * By how many percentage points more of the most selective third of each layer's filters (at a tenth of training) are dead at
 * the end than of its least selective third: Adam with L2, the mean over its penalties, seed by seed.
 */
export function selectiveThirds(
  runs: readonly ArmRuns[],
): PairedDifference & { most: number; least: number } {
  const penalized = adamWithL2("h06", runs);
  const died = (own: readonly Observation[]) => 100 * mean(own.map(({ event }) => Number(event)));
  const of = (group: 0 | 2) =>
    seedsIn(penalized).map((seed) =>
      seedMean(penalized, seed, (run) =>
        died(observationsBySelectivity([run], { from: 0.1, cuts: [0, 0], withinLayers: true })[group]),
      ),
    );
  const [most, least] = [of(2), of(0)];
  return { ...pairedDifference(most, least), most: mean(most), least: mean(least) };
}

/** Arms in which filters die; all penalized ones where none does. */
function withDeaths(runs: ArmRuns[]): ArmRuns[] {
  const penalized = runs.filter(({ arm }) => arm.lambda > 0);
  const dying = penalized.filter(({ runs: own }) => own.some((run) => deadByActivation(run) >= 1));
  return dying.length > 0 ? dying : penalized;
}

/** Mean selectivity over the filters of some layers (default: all) at one probe (default: the last). */
export function meanSelectivity(
  { record, filters }: Run,
  { layers, probe = record.probes.steps.length - 1 }: { layers?: number[]; probe?: number } = {},
): number {
  const step = record.probes.steps[probe]!;
  const own: number[] = [];
  for (let row = 0; row < filters.step.length; row++) {
    if (filters.step[row] === step && (layers === undefined || layers.includes(filters.layer[row]!)))
      own.push(filters.selectivity[row]!);
  }
  return mean(own);
}

function arms(options: ArmOptions): Arm[] {
  return [...penaltySweep(options, "Adam"), ...penaltySweep(options, "SGD+momentum")];
}
