import {
  deadShareOverTraining,
  filterLife,
  survivalBySelectivity,
  universalityHistograms,
} from "../figures/index.js";
import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { datasetTitle } from "../study/describe.js";
import { measures } from "../study/measures.js";
import { observationsBySelectivity, selectivityOfHalf } from "../study/selectivity.js";
import type { Selector, StudyRuns } from "../study/study-runs.js";
import type { Observation } from "../survival.js";
import { penaltySweep } from "./arms.js";
import {
  type FactorContrast,
  followable,
  type OwnSpecification,
  type Pairs,
  pairsOfSides,
  sidesOf,
} from "./contrast.js";
import { foretoldRows, signShare } from "./h04/layer-profile.js";
import { adamL2, exampleRun, needed, seedMean } from "./select.js";
import { choicesOf, trained } from "./specification/enumerate.js";
import { study } from "./study.js";
import { haveFamilies, ofFamily } from "./tuned.js";
import { unlessMissing } from "./unless-missing.js";

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

const isTuned = (runs: readonly ArmRuns[]): boolean => haveFamilies(runs, families);

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

/** Without a penalty, at the rates that held-out images chose; undefined where nothing was tuned. */
const unpenalized = (runs: StudyRuns): Pairs | undefined =>
  tunedPairs(runs, {
    of: ({ arm }) => arm.lambda === 0,
    said: "both without penalty, each at the rate that held-out images chose",
  });

/** Each at its most accurate setting; undefined where nothing was tuned. */
const mostAccurate = (runs: StudyRuns): Pairs | undefined =>
  tunedPairs(runs, {
    of: (_item, place) => place === 0,
    said: "each at the rate and penalty that held-out images chose as the most accurate",
  });

/** The features of both optimizers at every choice of rate and penalty that a scale has. */
function selectivitySpecifications(runs: StudyRuns): OwnSpecification[] {
  const tuned = { rate: "tuned", data: datasetTitle(runs[0]!.arm.config.dataset.name) };
  const [main, best] = [unpenalized(runs), mostAccurate(runs)];
  const own = unlessMissing(() => pairsOfSides("h06", atOneRate, runs));
  return [
    ...(main ? [{ choices: { ...tuned, penalty: "none" }, isMain: true, pairs: main }] : []),
    ...(best ? [{ choices: { ...tuned, penalty: "tuned" }, pairs: best }] : []),
    ...(own
      ? [{ choices: choicesOf(atOneRate, trained(sidesOf(atOneRate, runs))), isMain: !main, pairs: own }]
      : []),
  ];
}

/** Arms at the one rate that each optimizer has outside of the tuned families, which have seeds of their own. */
const atOwnRates = (runs: StudyRuns, selector: Selector): ArmRuns[] =>
  needed(
    "h06",
    runs.filter(({ arm }) => arm.family === undefined),
    selector,
  );

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
    difference:
      "the difference in selectivity between Adam and SGD with momentum, without a penalty and each at its best rate,",
  },
  arms: (options) => [...penaltySweep(options, "Adam"), ...penaltySweep(options, "SGD+momentum")],
  families,
  contrasts: {
    main: {
      part: "Adam's features",
      smallestEffect: 2,
      rerun: atOneRate,
      pairs: (runs) => unpenalized(runs) ?? pairsOfSides("h06", atOneRate, runs),
      specifications: selectivitySpecifications,
    },
    atTheirBest: {
      id: "each at its most accurate",
      claim:
        "At its most accurate setting, Adam's features are more selective than those of SGD with momentum.",
      smallestEffect: 2,
      when: isTuned,
      pairs: (runs) => mostAccurate(runs)!,
    },
    atOneRate: { ...atOneRate, id: "at one learning rate", at: ["lite"] },
    laterLayers: {
      part: "later layers",
      claim:
        "Without any penalty, Adam's features are more selective than those of SGD with momentum above all in the later layers.",
      smallestEffect: 2,
      pairs(runs) {
        const [adam, momentum] = (["Adam", "SGD+momentum"] as const).map((optimizer) =>
          atOwnRates(runs, { optimizer, penalty: "none" }),
        ) as [ArmRuns[], ArmRuns[]];
        return {
          arms: [...adam, ...momentum],
          pair(seed) {
            const gap = (half: "early" | "late") => {
              const of = (run: Run) => 100 * selectivityOfHalf(run, half);
              return seedMean(adam, seed, of) - seedMean(momentum, seed, of);
            };
            return [gap("late"), gap("early")];
          },
          comparison:
            "Adam less SGD with momentum, both without penalty, in mean selectivity of a layer's filters at the end: in the second half of the layers against the first half; at one learning rate of each.",
        };
      },
    },
    selectiveOnesDie: {
      part: "selective ones die",
      // arXiv 1905.04967's abstract has it as one of the mechanisms.
      source: "abstract",
      at: followable,
      claim:
        "Of two filters of one layer under Adam with L2, the one that is more selective early on is the one that dies.",
      pairs(runs) {
        const penalized = atOwnRates(runs, adamL2);
        const told = new Map(foretoldRows(penalized).map(({ seed, selectivity }) => [seed, selectivity]));
        return {
          arms: penalized,
          pair: (seed) => [told.get(seed) ?? Number.NaN, 50],
          comparison: `Of pairs of filters of one layer, one that is dead at the end and one that is not, the share in which the dead one was the more selective at ${100 * signShare} % of training, against chance (50 %); Adam with L2 at one learning rate.`,
        };
      },
    },
    byThirds: {
      id: "by thirds",
      at: followable,
      source: "own",
      claim:
        "Of the third of a layer's filters that is most selective after a tenth of training, more go on to die than of the least selective third.",
      pairs(runs) {
        const penalized = atOwnRates(runs, adamL2);
        const died = (own: readonly Observation[]) => 100 * mean(own.map(({ event }) => Number(event)));
        const of = (group: 0 | 2, seed: number) =>
          seedMean(penalized, seed, (run) =>
            died(observationsBySelectivity([run], { from: 0.1, cuts: [0, 0], withinLayers: true })[group]),
          );
        return {
          arms: penalized,
          pair: (seed) => [of(2, seed), of(0, seed)],
          comparison:
            "Share of the most selective third of each layer's filters at a tenth of training that is dead at the end, against that of the least selective; Adam with L2, mean over its penalties.",
        };
      },
    },
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

/** Arms in which filters die; all penalized ones where none does. */
function withDeaths(runs: ArmRuns[]): ArmRuns[] {
  const penalized = runs.filter(({ arm }) => arm.lambda > 0);
  const dying = penalized.filter(({ runs: own }) =>
    own.some((run) => measures.deadByActivation.of(run) >= 1),
  );
  return dying.length > 0 ? dying : penalized;
}
