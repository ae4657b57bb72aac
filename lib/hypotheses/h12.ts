import { UserError } from "../errors.js";
import { errorByLatency, errorByMacs, latencyByMacs } from "../figures/index.js";
import { type KeptReport, keptReports } from "../harvest/kept-reports.js";
import { keptSurveys } from "../harvest/kept-surveys.js";
import { type PruningMethod, pruningMethod } from "../harvest/method.js";
import type { LatencySurvey } from "../harvest/survey.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { type StudyRuns, studyRuns } from "../study/study-runs.js";
import type { OwnContrast } from "./contrast.js";
import { harvestArms, harvestTuning } from "./h12/arms.js";
import { equalError, errorMargin, fewestMacs, networksOf } from "./h12/equal-error.js";
import { isTuning } from "./h12/tuning.js";
import { study } from "./study.js";

const comparedMethods = ["network slimming", "implicit"] as const;

/** How many more multiply-accumulates, as a power of two, still count as being at par: 19 %. */
const parMargin = 0.25;

/** Arms of a method that were trained, of one optimizer or of all. */
const armsOf = (runs: readonly ArmRuns[], method: PruningMethod, optimizer?: string): ArmRuns[] =>
  harvestRuns(runs).filter(
    ({ arm, runs: own }) =>
      pruningMethod(arm.config) === method &&
      (optimizer === undefined || arm.optimizer === optimizer) &&
      own.length > 0,
  );

/** Network slimming against the implicit method, of one optimizer; default: for each the one that gives the fewest. */
const slimmingAgainstImplicit = (optimizer?: string): OwnContrast => ({
  unit: "log2 of MACs",
  smallestEffect: -parMargin,
  ...(optimizer !== undefined && {
    id: optimizer,
    claim: `Cutting the filters that died by themselves under ${optimizer} gives a network at par with one from network slimming under ${optimizer} or better.`,
    when: (runs) => armsOf(runs, "network slimming", optimizer).length > 0,
  }),
  pairs(runs) {
    const families = comparedMethods.map((method) => {
      const own = armsOf(runs, method, optimizer);
      if (own.length > 0) return own;
      throw new UserError(
        `H12 needs ${method}'s arms, and none of their runs is there. Train them: npm run reproduce -- h12.`,
      );
    }) as [ArmRuns[], ArmRuns[]];
    const both = networksOf(families[0]).filter((network) => networksOf(families[1]).includes(network));
    const chosen =
      optimizer === undefined
        ? "each with the optimizer and strength that gives the fewest"
        : `both with ${optimizer}, each with the strength that gives the fewest`;
    return {
      comparison: `Fewest multiply-accumulates (log2) of a network within ${errorMargin} points of the lowest test error that both methods reach: network slimming's against those of the implicit method, ${chosen}, mean over ${both.join(" and ")}.`,
      arms: families.flat(),
      pair(seed) {
        const sides = both.map((network) => macsAtEqualError(families, network, seed));
        return [mean(sides.map(([slimmed]) => slimmed)), mean(sides.map(([, implicit]) => implicit))];
      },
    };
  },
});

/** H12: cutting what died by itself is at least at par with explicit pruning. */
export const h12 = study({
  id: "h12",
  notebook: "12-harvest",
  title: "Cutting dead filters against explicit pruning",
  question:
    "At equal test error, does a network need as few multiply-accumulates when its dead filters are cut as when filters are pruned explicitly?",
  claim:
    "Cutting the filters that died by themselves gives a network at par with one from network slimming or better, with no change to its training.",
  source: "abstract",
  answers: {
    supported:
      "Yes: at equal test error, cutting what died by itself needs as few multiply-accumulates as network slimming, or fewer.",
    contradicted:
      "No: at equal test error, network slimming finds a network that is cheaper by {} in multiply-accumulates.",
    difference:
      "the difference in multiply-accumulates between cutting dead filters and network slimming, at equal test error,",
  },
  arms: (options) => [...harvestArms(options), ...harvestTuning(options)],
  contrasts: {
    main: slimmingAgainstImplicit(),
    adam: slimmingAgainstImplicit("Adam"),
    momentum: slimmingAgainstImplicit("SGD+momentum"),
  },
  figures: {
    "error-by-macs": {
      caption:
        "Test error against multiply-accumulates an image: implicit sparsity, explicit pruning and training from scratch.",
      of: (runs) => errorByMacs(harvestRuns(runs)),
    },
    "error-by-latency": {
      caption:
        "Test error against the measured time of the network that is left, in percent of the unpruned network's: implicit sparsity, explicit pruning and training from scratch.",
      of: (runs) => errorByLatency(harvestRuns(runs), surveyOf(runs)),
    },
    "latency-by-macs": {
      caption:
        "How much faster pruned networks run than the unpruned ones, against the multiply-accumulates saved.",
      of: (runs) => latencyByMacs(reportsOf(runs)),
    },
  },
});

/** The runs that are compared: all but those that a setting was chosen by. */
export const harvestRuns = (runs: readonly ArmRuns[]): StudyRuns =>
  studyRuns(runs.filter((one) => !isTuning(one)));

/** What was measured of the runs' networks, on an idle machine, and kept. */
export function reportsOf(runs: readonly ArmRuns[]): KeptReport[] {
  const ids = new Set(runs.flatMap(({ runs: own }) => own.map(({ record }) => record.id)));
  return keptReports().filter(({ run }) => ids.has(run.id));
}

/** The kept survey that has most of the runs; undefined where none has any. */
export function surveyOf(runs: readonly ArmRuns[]): LatencySurvey | undefined {
  const own = new Set(
    runs.flatMap(({ runs: all }) => all.map(({ record: { id, seed } }) => `${id}/${seed}`)),
  );
  const counted = keptSurveys().map((survey) => ({
    survey,
    count: survey.networks.flatMap(({ runs: names }) => names).filter((name) => own.has(name)).length,
  }));
  const [most] = counted.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  return most?.survey;
}

/** log2 of the fewest multiply-accumulates of each family, for one seed; NaN where a family has no run. */
function macsAtEqualError(
  families: readonly [readonly ArmRuns[], readonly ArmRuns[]],
  network: string,
  seed: number,
): [number, number] {
  const limit = equalError(families.flat(), { network, seed, methods: comparedMethods });
  return families.map((arms) => Math.log2(fewestMacs(arms, { network, seed, limit }))) as [number, number];
}
