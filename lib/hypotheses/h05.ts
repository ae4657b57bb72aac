import { filterLife, gammaTrajectories, paceAroundDeath, pullAroundDeath } from "../figures/index.js";
import { mean, median, type PairedDifference, pairedDifference } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { describeData, describeSeeds } from "../study/describe.js";
import { penaltySweep } from "./arms.js";
import { aroundDeathPanels, aroundDeaths, type FilterMeasure } from "./h05/around-death.js";
import { gammaPaces } from "./h05/gamma-pace.js";
import { adamL2, exampleRun, needed, seedsIn } from "./select.js";
import { study } from "./study.js";

/** H5: what the penalty and the objective do to a filter before and after its death. */
export const h05 = study({
  id: "h05",
  notebook: "05-mechanism",
  title: "Penalty and objective around a filter's death",
  question: "What happens to a filter on its way out: does the penalty's pull outgrow the objective's?",
  claim:
    "Before a filter dies the penalty's gradient on its gamma is larger beside the objective's than in filters that survive.",
  source: "notes",
  answers: {
    supported:
      "The balance tips before a death: beside the objective's gradient, the penalty on a dying filter's scale is larger by {} than in filters that live.",
    contradicted:
      "The balance does not tip before a death: beside the objective's gradient, the penalty on a dying filter's scale is smaller by {} than in filters that live.",
    difference: "the penalty beside the objective in dying filters, against filters that live,",
  },
  arms: (options) => [...penaltySweep(options, "Adam"), ...penaltySweep(options, "SGD+momentum")],
  contrasts: {
    main: {
      unit: "decades",
      smallestEffect: 0.3,
      pairs(runs) {
        const penalized = needed("h05", runs, adamL2);
        return {
          arms: penalized,
          pair: (seed) => beforeDeath(penalized, penaltyPull, seed),
          comparison:
            "Median over filters of log10(|penalty's gradient| / |objective's gradient|) on gamma at the last probe before a death, dying filters against those that survive the run, at the same probes; Adam with L2.",
        };
      },
    },
  },
  figures: {
    "gamma-trajectories": {
      caption:
        "|gamma| over training in a few filters of one run. Those that fall silent first keep a scale that only the penalty moves, and it decays.",
      of: (runs) => gammaTrajectories(exampleRun("h05", runs)),
    },
    "pull-around-death": {
      caption:
        "How many times the penalty's gradient on gamma is the objective's, as probes measure it, aligned at the probe that first finds a filter dead, for filters that die and for those of the same runs that live, all seeds together. The objective's gradient is a mean over a few mini-batches, whose noise counts as pull; filters that die early have no early probes.",
      of: (runs) => pullAroundDeath(aroundDeathPanels(runs, penaltyPull), seedsAndData(runs)),
    },
    "pace-around-death": {
      caption:
        "How fast |gamma| falls from one probe to the next as a multiple of what the penalty alone would do, aligned as before. Silent filters fall at the pace of the formula; in survivors the objective works against the penalty; around the death it helps it.",
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

/** Medians of a measure at the last probe before deaths over the filters of one seed's finished runs: dying, surviving. */
function beforeDeath(
  arms: readonly ArmRuns[],
  measure: FilterMeasure,
  seed: number,
): [dying: number, surviving: number] {
  const points = arms.flatMap(({ runs }) =>
    runs
      .filter(({ record }) => record.seed === seed && record.status === "finished")
      .flatMap((run) => aroundDeaths(run, measure, [-1])),
  );
  return [median(points.flatMap(({ dying }) => dying)), median(points.flatMap(({ surviving }) => surviving))];
}

/**
 * The verdict's comparison by another measure, free of the noise of a probe's gradient: by how much faster |gamma| falls in
 * filters about to die than in those that live, as multiples of the penalty's own pace (`gammaPaces`), Adam with L2, seed by
 * seed. Throws `UserError` without runs or deaths.
 */
export function paceBeforeDeath(
  runs: readonly ArmRuns[],
): PairedDifference & { dying: number; surviving: number } {
  const penalized = needed("h05", runs, adamL2);
  const pairs = seedsIn(penalized).map((seed) => beforeDeath(penalized, gammaPaces, seed));
  const [dying, surviving] = [pairs.map(([own]) => own), pairs.map(([, own]) => own)];
  return { ...pairedDifference(dying, surviving), dying: mean(dying), surviving: mean(surviving) };
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
