import {
  deadShareOverTraining,
  filterLife,
  survivalBySelectivity,
  universalityHistograms,
} from "../figures/index.js";
import { mean, type PairedDifference, pairedDifference } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { measures } from "../study/measures.js";
import { observationsBySelectivity } from "../study/selectivity.js";
import type { StudyRuns } from "../study/study-runs.js";
import type { Observation } from "../survival.js";
import { penaltySweep } from "./arms.js";
import { type FactorContrast, type Pairs, pairsOfSides } from "./contrast.js";
import { adamL2, exampleRun, needed, seedMean, seedsIn } from "./select.js";
import { study } from "./study.js";
import { familiesIn, ofFamily } from "./tuned.js";

const atOneRate: FactorContrast = {
  among: { penalty: "none" },
  more: { optimizer: "Adam" },
  less: { optimizer: "SGD+momentum" },
  of: "selectivity",
  smallestEffect: 2,
  comparison:
    "Adam against SGD with momentum, both without penalty and at one learning rate: mean selectivity of all filters over the training images at the end.",
  page: { words: ["with Adam", "with SGD+momentum"] },
};

const families = ["Adam, L2", "SGD+momentum, L2"];

const isTuned = (runs: readonly ArmRuns[]): boolean =>
  families.every((name) => familiesIn(runs).includes(name));

/** Mean selectivity under Adam against SGD with momentum at one setting of each; undefined where nothing was tuned. */
function tunedPairs(
  runs: StudyRuns,
  { of, said }: { of: (item: ArmRuns, place: number) => boolean; said: string },
): Pairs | undefined {
  if (!isTuned(runs)) return undefined;
  const [adam, momentum] = families.map((name) => ofFamily(runs, name).find(of));
  if (!adam || !momentum) return undefined;
  const arms = [adam, momentum];
  return {
    comparison: `Adam (${adam.arm.label}) against SGD with momentum (${momentum.arm.label}), ${said}: mean selectivity of all filters over the training images at the end.`,
    arms,
    pair: (seed) => arms.map((item) => seedMean([item], seed, measures.selectivity.of)) as [number, number],
  };
}

/** H6: adaptive methods learn more selective features; selective ones die. */
export const h06 = study({
  id: "h06",
  notebook: "06-selectivity",
  title: "Selective features: the optimizer, and which die",
  question: "Do features that answer to few images come from the optimizer, and are they the ones that die?",
  claim: "Without any penalty, Adam's features are more selective than those of SGD with momentum.",
  source: "notes",
  answers: {
    supported:
      "They come from the optimizer: without a penalty, Adam's filters stay silent on {} more of the images than those of SGD with momentum.",
    contradicted:
      "They do not come from Adam: without a penalty, filters of SGD with momentum stay silent on {} more of the images than Adam's.",
    difference: "the difference in selectivity between Adam and SGD with momentum, without a penalty,",
  },
  arms: (options) => [...penaltySweep(options, "Adam"), ...penaltySweep(options, "SGD+momentum")],
  families,
  contrasts: {
    main: {
      smallestEffect: 2,
      rerun: atOneRate,
      pairs: (runs) =>
        tunedPairs(runs, {
          of: ({ arm }) => arm.lambda === 0,
          said: "both without penalty, each at the rate that held-out images chose",
        }) ?? pairsOfSides("h06", atOneRate, runs),
    },
    atTheirBest: {
      id: "each at its most accurate",
      claim:
        "At its most accurate setting, Adam's features are more selective than those of SGD with momentum.",
      smallestEffect: 2,
      when: isTuned,
      pairs: (runs) =>
        tunedPairs(runs, {
          of: (_item, place) => place === 0,
          said: "each at the rate and penalty that held-out images chose as the most accurate",
        })!,
    },
    atOneRate: { ...atOneRate, id: "at one learning rate", at: ["lite"], smallestEffect: 2 },
  },
  figures: {
    universality: {
      caption:
        "Distribution of universality (1 - selectivity) over each layer's filters at four times, Adam against SGD with momentum, both without penalty.",
      of: (runs) => universalityHistograms(runs.where({ penalty: "none" })),
    },
    "survival-by-selectivity": {
      caption:
        "Share of filters that stay alive, by their selectivity when a tenth of training is done, in arms where filters die. Groups are thirds of each layer's own filters, so that every group holds as much of each layer: late layers are more selective as a whole.",
      of: (runs) => survivalBySelectivity(withDeaths(runs), { withinLayers: true }),
    },
    "filter-life": {
      caption:
        "The life of every filter of one run of Adam with L2, with the selectivity of those alive as a shade. The last probe looks at more images, to which a few sleepers answer.",
      of: (runs) => filterLife(exampleRun("h06", runs), { shade: "selectivity" }),
    },
    "dead-share-over-training": {
      caption: "Share of filters inactive by scale over training.",
      of: deadShareOverTraining,
    },
  },
});

/**
 * By how many percentage points more of the most selective third of each layer's filters (at a tenth of training) are dead at
 * the end than of its least selective third: Adam with L2, the mean over its penalties, seed by seed.
 */
export function selectiveThirds(
  runs: readonly ArmRuns[],
): PairedDifference & { most: number; least: number } {
  const penalized = needed("h06", runs, adamL2);
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
  const dying = penalized.filter(({ runs: own }) =>
    own.some((run) => measures.deadByActivation.of(run) >= 1),
  );
  return dying.length > 0 ? dying : penalized;
}
