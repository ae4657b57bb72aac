import { UserError } from "../errors.js";
import { errorByLatency, errorByMacs, latencyByMacs } from "../figures/index.js";
import { type KeptReport, keptReports } from "../harvest/kept-reports.js";
import { keptSurveys } from "../harvest/kept-surveys.js";
import { type PruningMethod, pruningMethod } from "../harvest/method.js";
import type { LatencySurvey } from "../harvest/survey.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { type StudyRuns, studyRuns } from "../study/study-runs.js";
import type { OwnContrast, OwnSpecification, Pairs } from "./contrast.js";
import { fineTuningSteps, harvestArms, harvestTuning } from "./h12/arms.js";
import { equalError, errorMargin, fewestMacs, networksOf } from "./h12/equal-error.js";
import { implicitFamilies, tunedSlimming } from "./h12/tuned-slimming.js";
import { isTuning } from "./h12/tuning.js";
import { margins, marginWords } from "./specification/margins.js";
import { study } from "./study.js";
import { familiesIn } from "./tuned.js";

const comparedMethods = ["network slimming", "implicit"] as const;

/** How many more multiply-accumulates, as a power of two, still count as being at par: 19 %. */
const parMargin = 0.25;

/** Which of the arms are compared. */
interface Compared {
  /** Default: of both optimizers. */
  optimizer?: "Adam" | "SGD+momentum";
  /** Those of tuned families, or else those at one rate each. Default: those of tuned families where there are any. */
  tuned?: boolean;
  /** Test error, percentage points, within which networks count as equally accurate. Default: `errorMargin`. */
  margin?: number;
}

/** Arms of a method that were trained. */
const armsOf = (
  runs: readonly ArmRuns[],
  method: PruningMethod,
  { optimizer, tuned = isTuned(runs) }: Compared,
): ArmRuns[] =>
  harvestRuns(runs).filter(
    ({ arm, runs: own }) =>
      pruningMethod(arm.config) === method &&
      (optimizer === undefined || arm.optimizer === optimizer) &&
      (arm.family !== undefined) === tuned &&
      own.length > 0,
  );

const isTuned = (runs: readonly ArmRuns[]) =>
  familiesIn(runs).some((family) => family.endsWith("network slimming"));

/** Network slimming against the implicit method, of one optimizer; default: for each the one that gives the fewest. */
const slimmingAgainstImplicit = (compared: Compared = {}): OwnContrast => ({
  unit: "log2 of MACs",
  smallestEffect: -parMargin,
  ...(compared.optimizer !== undefined && {
    id: compared.optimizer,
    claim: `Cutting the filters that died by themselves under ${compared.optimizer} gives a network at par with one from network slimming under ${compared.optimizer} or better.`,
  }),
  when: (runs) => armsOf(runs, "network slimming", compared).length > 0,
  pairs: (runs) => slimmingPairs(runs, compared),
});

function slimmingPairs(runs: StudyRuns, compared: Compared): Pairs {
  const { optimizer, tuned = isTuned(runs), margin = errorMargin } = compared;
  const families = comparedMethods.map((method) => {
    const own = armsOf(runs, method, compared);
    if (own.length > 0) return own;
    throw new UserError(
      `H12 needs ${method}'s arms, and none of their runs is there. Train them: npm run reproduce -- h12.`,
    );
  }) as [ArmRuns[], ArmRuns[]];
  const both = networksOf(families[0]).filter((network) => networksOf(families[1]).includes(network));
  const settings = tuned
    ? "of settings that held-out images chose"
    : "of strengths at one learning rate an optimizer";
  const chosen =
    optimizer === undefined
      ? `each with the optimizer and setting that gives the fewest, ${settings}`
      : `both with ${optimizer}, each with the setting that gives the fewest, ${settings}`;
  return {
    comparison: `Fewest multiply-accumulates (log2) of a network within ${margin} points of the lowest test error that both methods reach: network slimming's against those of the implicit method, ${chosen}, ${both.length > 1 ? "mean over" : "for"} ${both.join(" and ")}.`,
    arms: families.flat(),
    pair(seed) {
      const sides = both.map((network) => macsAtEqualError(families, { network, seed, margin }));
      return [mean(sides.map(([slimmed]) => slimmed)), mean(sides.map(([, implicit]) => implicit))];
    },
  };
}

/** Under both optimizers together and each, tuned and at one rate, by the margins of error that other claims take too. */
function slimmingSpecifications(runs: StudyRuns): OwnSpecification[] {
  const asked = [...(isTuned(runs) ? [true] : []), false].flatMap((tuned): Compared[] => [
    { tuned },
    { tuned, optimizer: "Adam" },
    { tuned, optimizer: "SGD+momentum" },
  ]);
  return asked
    .filter((compared) => comparedMethods.every((method) => armsOf(runs, method, compared).length > 0))
    .flatMap((compared) =>
      margins.map((margin) => ({
        choices: {
          rate: compared.tuned ? "tuned" : "one each",
          optimizer: compared.optimizer ?? "either optimizer",
          matching: marginWords(margin),
        },
        isMain:
          compared.optimizer === undefined && compared.tuned === isTuned(runs) && margin === errorMargin,
        pairs: slimmingPairs(runs, { ...compared, margin }),
      })),
    );
}

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
  families: implicitFamilies,
  alongside: (options) => tunedSlimming(options, fineTuningSteps(options)),
  contrasts: {
    main: { ...slimmingAgainstImplicit(), specifications: slimmingSpecifications },
    adam: slimmingAgainstImplicit({ optimizer: "Adam" }),
    momentum: slimmingAgainstImplicit({ optimizer: "SGD+momentum" }),
    atOneRate: {
      ...slimmingAgainstImplicit({ tuned: false }),
      id: "at one learning rate each",
      at: ["lite"],
    },
    adamAtOneRate: {
      ...slimmingAgainstImplicit({ optimizer: "Adam", tuned: false }),
      id: "Adam, at one learning rate",
      at: ["lite"],
    },
    momentumAtOneRate: {
      ...slimmingAgainstImplicit({ optimizer: "SGD+momentum", tuned: false }),
      id: "SGD+momentum, at one learning rate",
      at: ["lite"],
    },
  },
  figures: {
    "tuned-error-by-macs": {
      caption:
        "Test error against multiply-accumulates an image at settings that held-out images chose: implicit sparsity, and network slimming from each optimizer's most accurate one.",
      tuned: true,
      of: (runs) => errorByMacs(runs, { highestError: 60 }),
    },
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
  { network, seed, margin }: { network: string; seed: number; margin: number },
): [number, number] {
  const limit = equalError(families.flat(), { network, seed, margin, methods: comparedMethods });
  return families.map((arms) => Math.log2(fewestMacs(arms, { network, seed, limit }))) as [number, number];
}
