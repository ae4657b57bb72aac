import { filterLife, gammaTrajectories, paceAroundDeath, pullAroundDeath } from "../figures/index.js";
import { shortNumber } from "../runs/describe.js";
import { median } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { describeData, describeSeeds } from "../study/describe.js";
import type { StudyRuns } from "../study/study-runs.js";
import { penaltySweep } from "./arms.js";
import { followable, type OwnContrast, type OwnSpecification, type Pairs } from "./contrast.js";
import { aroundDeathPanels, aroundDeaths, type FilterMeasure } from "./h05/around-death.js";
import { gammaFalls, gammaPaces } from "./h05/gamma-pace.js";
import type { StudiedOptimizer } from "./optimizer-settings.js";
import { adamL2, exampleRun, needed } from "./select.js";
import { study } from "./study.js";

/** Probes after a death at which the filter has been silent since the one before. */
const silentOffsets = [1, 2, 3];

/** How much ln|gamma| falls in a step, per unit of lambda. */
const fallPerStrength: FilterMeasure = (run) => {
  const falls = gammaFalls(run);
  return (probe, filter) => falls(probe, filter) / run.record.config.penalty.lambda;
};

const paceUnit = "times what the penalty alone would do";

/**
 * How fast scales fall right before a death (`gammaPaces`), in filters that die and in those that live: free of the noise of a
 * probe's gradient, for it is what every mini-batch in between did together.
 */
const fallsFaster = (optimizer: StudiedOptimizer): OwnContrast => ({
  unit: paceUnit,
  smallestEffect: 0.5,
  pairs: (runs) =>
    paceAgainstSurvivors(
      needed("h05", runs, { optimizer, penalty: "L2" }),
      `${optimizer} with L2, all strengths together`,
    ),
});

function paceAgainstSurvivors(penalized: readonly ArmRuns[], said: string): Pairs {
  return {
    arms: [...penalized],
    pair(seed) {
      const { dying, surviving } = mediansAround(penalized, gammaPaces, { seed, offsets: [-1] });
      return [dying, surviving];
    },
    comparison: `How fast |gamma| falls between the last two probes before a death, as a multiple of what the penalty alone would do (median over filters): dying filters against those that survive the run, at the same probes; ${said}.`,
  };
}

/** The same for both optimizers, over all strengths of L2 and at each. */
function paceSpecifications(runs: StudyRuns): OwnSpecification[] {
  return (["Adam", "SGD+momentum"] as const).flatMap((optimizer) => {
    const penalized = runs.where({ optimizer, penalty: "L2" }).filter(({ runs: own }) => own.length > 0);
    const choices = { optimizer, rate: "one each" };
    if (penalized.length === 0) return [];
    return [
      {
        choices: { ...choices, penalty: "all strengths" },
        isMain: optimizer === "Adam",
        pairs: paceAgainstSurvivors(penalized, `${optimizer} with L2, all strengths together`),
      },
      ...penalized.map((item) => ({
        choices: { ...choices, penalty: `L2 ${shortNumber(item.arm.lambda)}` },
        pairs: paceAgainstSurvivors([item], item.arm.label),
      })),
    ];
  });
}

/** How far the pace of dying filters' scales is from the penalty's own, 1, some probes from their deaths. */
const asThePenaltyAlone = (offsets: readonly number[]): OwnContrast => ({
  unit: paceUnit,
  at: followable,
  pairs(runs) {
    const penalized = needed("h05", runs, adamL2);
    const when =
      offsets[0]! < 0 ? "up to the last probe before their deaths" : "in the three intervals after it";
    return {
      arms: penalized,
      pair: (seed) => [0, Math.abs(mediansAround(penalized, gammaPaces, { seed, offsets }).dying - 1)],
      comparison: `How far the pace at which |gamma| of dying filters falls (median) is from the penalty's own ${when}, counted below 0; Adam with L2.`,
    };
  },
});

/** H5: what the penalty and the objective do to a filter before and after its death. */
export const h05 = study({
  id: "h05",
  notebook: "05-mechanism",
  title: "Penalty and objective around a filter's death",
  question: "What happens to a filter on its way out: does the penalty's pull outgrow the objective's?",
  claim:
    "Before a filter dies, its scale falls faster than that of filters that survive, measured against what the penalty alone would do.",
  source: "notes",
  answers: {
    supported: "The scale of a filter that is about to die falls faster than a survivor's: by {}.",
    contradicted: "The scale of a filter that is about to die holds better than a survivor's: by {}.",
    difference: "how much faster the scale of a filter that is about to die falls than a survivor's",
  },
  arms: (options) => [...penaltySweep(options, "Adam"), ...penaltySweep(options, "SGD+momentum")],
  contrasts: {
    main: {
      ...fallsFaster("Adam"),
      part: "dying scales fall faster",
      source: "own",
      specifications: paceSpecifications,
    },
    penaltyAlone: {
      ...asThePenaltyAlone([-1]),
      part: "by the penalty alone",
      source: "own",
      claim:
        "Before a filter dies, its scale falls as fast as the penalty alone would make it: the objective no longer works on it.",
      smallestEffect: -0.5,
    },
    fasterUnderAdam: {
      part: "faster under Adam",
      claim:
        "At the same strength of L2, the scale of a filter that gets no gradient falls faster under Adam than under SGD with momentum.",
      unit: "decades",
      smallestEffect: 0.3,
      at: followable,
      pairs(runs) {
        const [adam, momentum] = (["Adam", "SGD+momentum"] as const).map((optimizer) =>
          needed("h05", runs, { optimizer, penalty: "L2" }),
        ) as [ArmRuns[], ArmRuns[]];
        const silent = (arms: readonly ArmRuns[], seed: number) =>
          Math.log10(mediansAround(arms, fallPerStrength, { seed, offsets: silentOffsets }).dying);
        return {
          arms: [...adam, ...momentum],
          pair: (seed) => [silent(adam, seed), silent(momentum, seed)],
          comparison:
            "How much ln|gamma| falls a step once a filter is silent, divided by lambda (log10 of the median over filters): Adam with L2 against SGD with momentum and L2, each at the learning rate of its arms.",
        };
      },
    },
    onceSilent: {
      ...asThePenaltyAlone(silentOffsets),
      id: "once silent",
      source: "own",
      claim: "Once a filter is silent, its scale falls as fast as the penalty alone makes it.",
      smallestEffect: -0.25,
    },
    momentum: {
      ...fallsFaster("SGD+momentum"),
      id: "SGD+momentum",
      at: followable,
      source: "own",
      claim:
        "Under SGD with momentum too, a filter's scale falls faster before it dies than that of filters that survive, measured against what the penalty alone would do.",
    },
    byGradient: {
      id: "by the probes' gradient",
      source: "own",
      claim:
        "Before a filter dies, the penalty's gradient on its gamma is larger, compared with the objective's, than in filters that survive.",
      unit: "decades",
      smallestEffect: 0.3,
      pairs(runs) {
        const penalized = needed("h05", runs, adamL2);
        return {
          arms: penalized,
          pair: (seed) => {
            const { dying, surviving } = mediansAround(penalized, penaltyPull, { seed, offsets: [-1] });
            return [dying, surviving];
          },
          comparison:
            "The penalty's gradient on gamma over the objective's, at the last probe before a death (median over filters of log10 of their sizes): dying filters against those that survive the run, at the same probes; Adam with L2.",
        };
      },
    },
  },
  figures: {
    "gamma-trajectories": {
      caption:
        "|gamma| over training in a few filters of one run. Once a filter is silent only the penalty moves its scale, and it decays.",
      of: (runs) => gammaTrajectories(exampleRun("h05", runs)),
    },
    "pull-around-death": {
      caption:
        "How many times as large as the objective's the penalty's gradient on gamma is, probe by probe around a death: filters that die, and those of the same runs that live. All seeds together. The objective's gradient is a mean over a few mini-batches, whose noise counts as pull; filters that die early have no early probes.",
      of: (runs) => pullAroundDeath(aroundDeathPanels(runs, penaltyPull), seedsAndData(runs)),
    },
    "pace-around-death": {
      caption:
        "How fast |gamma| falls from one probe to the next, as a multiple of what the penalty alone would do. Silent filters fall at the penalty's own pace; in survivors the objective works against the penalty; around the death it helps it.",
      of: (runs) => paceAroundDeath(aroundDeathPanels(runs, gammaPaces), seedsAndData(runs)),
    },
    "filter-life": {
      caption:
        "The state of every filter of the run of the first figure at every probe, sorted by time of death within each layer. The last probe looks at more images, to which a few sleepers answer.",
      of: (runs) => filterLife(exampleRun("h05", runs)),
    },
  },
});

const seedsAndData = (runs: ArmRuns[]) => ({
  subtitle: [`${describeSeeds(runs)}, all together.`, describeData(runs)],
});

/** Medians of a measure at some probes around deaths over the filters of one seed's finished runs. */
function mediansAround(
  arms: readonly ArmRuns[],
  measure: FilterMeasure,
  { seed, offsets }: { seed: number; offsets: readonly number[] },
): { dying: number; surviving: number } {
  const points = arms.flatMap(({ runs }) =>
    runs
      .filter(({ record }) => record.seed === seed && record.status === "finished")
      .flatMap((run) => aroundDeaths(run, measure, offsets)),
  );
  return {
    dying: median(points.flatMap(({ dying }) => dying)),
    surviving: median(points.flatMap(({ surviving }) => surviving)),
  };
}

/**
 * log10 of lambda |gamma| over |d objective / d gamma| as probes measure it. A filter whose gradient is exactly 0 counts with
 * the float's smallest.
 */
export const penaltyPull: FilterMeasure = ({ record, filters }) => {
  const { lambda } = record.config.penalty;
  const channels = filters.step.length / record.probes.steps.length;
  return (probe, filter) => {
    const row = probe * channels + filter;
    const pull = Math.max(lambda * Math.abs(filters.gamma[row]!), Number.MIN_VALUE);
    return Math.log10(pull / Math.max(Math.abs(filters.gammaGradient[row]!), smallestFloat));
  };
};

/** Of float32's normal numbers. */
const smallestFloat = 2 ** -126;
