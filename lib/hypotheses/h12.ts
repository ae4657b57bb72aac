import { errorByLatency, errorByMacs, latencyByMacs } from "../figures/index.js";
import { type KeptReport, keptReports } from "../harvest/kept-reports.js";
import { keptSurveys } from "../harvest/kept-surveys.js";
import { pruningMethod } from "../harvest/method.js";
import type { LatencySurvey } from "../harvest/survey.js";
import { mean } from "../statistics.js";
import type { ArmRuns, Scale } from "../study/arm.js";
import { harvestArms, harvestTuning } from "./h12-arms.js";
import { equalError, errorMargin, fewestMacs, networksOf } from "./h12-equal-error.js";
import { isTuning } from "./h12-tuning.js";
import type { Hypothesis, Verdict } from "./hypothesis.js";
import { possibleFigures } from "./possible-figures.js";
import { armsWhere } from "./select.js";
import { decidePairs } from "./verdict.js";

const comparedMethods = ["network slimming", "implicit"] as const;

/** How many more multiply-accumulates, as a power of two, still count as being at par: 19 %. */
const parMargin = 0.25;

/** H12: cutting what died by itself is at least at par with explicit pruning. */
export const h12: Hypothesis = {
  id: "h12",
  notebook: "12-harvest",
  title: "Cutting dead filters is at par with explicit pruning",
  question:
    "At equal test error, does a network need as few multiply-accumulates when its dead filters are cut as when filters are pruned explicitly?",
  claim:
    "Cutting the filters that died by themselves gives a network at par with one from network slimming or better, with no change to its training.",
  arms: (options) => [...harvestArms(options), ...harvestTuning(options)],
  figures: (runs) =>
    possibleFigures([
      () => ({
        name: "error-by-macs",
        caption:
          "Test error against multiply-accumulates an image: implicit sparsity, explicit pruning and training from scratch.",
        figure: errorByMacs(harvestRuns(runs)),
      }),
      () => ({
        name: "error-by-latency",
        caption:
          "Test error against the measured time of the network that is left, in percent of the unpruned network's: implicit sparsity, explicit pruning and training from scratch.",
        figure: errorByLatency(harvestRuns(runs), surveyOf(runs)),
      }),
      () => ({
        name: "latency-by-macs",
        caption:
          "How much faster pruned networks run than the unpruned ones, against the multiply-accumulates saved.",
        figure: latencyByMacs(reportsOf(runs)),
      }),
    ]),
  verdict: (runs, scale) => compareMethods(runs, scale, { id: "h12", claim: h12.claim }),
  sideVerdicts: (runs, scale) =>
    slimmedOptimizers(runs).map((optimizer) =>
      compareMethods(runs, scale, {
        id: `h12, ${optimizer}`,
        claim: `Cutting the filters that died by themselves under ${optimizer} gives a network at par with one from network slimming under ${optimizer} or better.`,
        optimizer,
      }),
    ),
};

/** Optimizers whose networks were slimmed. */
const slimmedOptimizers = (runs: readonly ArmRuns[]): string[] => [
  ...new Set(
    harvestRuns(runs).flatMap(({ arm, runs: own }) =>
      pruningMethod(arm.config) === "network slimming" && own.length > 0 ? arm.optimizer : [],
    ),
  ),
];

interface MethodComparison {
  id: string;
  claim: string;
  /** Of both methods; default: for each the one that gives the fewest. */
  optimizer?: string;
}

function compareMethods(
  runs: readonly ArmRuns[],
  scale: Scale,
  { id, claim, optimizer }: MethodComparison,
): Verdict {
  const families = comparedMethods.map((method) =>
    armsWhere(
      "h12",
      harvestRuns(runs),
      `${method}'s arms`,
      (one) =>
        pruningMethod(one.config) === method && (optimizer === undefined || one.optimizer === optimizer),
    ),
  ) as [ArmRuns[], ArmRuns[]];
  const both = networksOf(families[0]).filter((network) => networksOf(families[1]).includes(network));
  const chosen =
    optimizer === undefined
      ? "each with the optimizer and strength that gives the fewest"
      : `both with ${optimizer}, each with the strength that gives the fewest`;
  return decidePairs({
    ...{ id, claim, scale },
    comparison: `Fewest multiply-accumulates (log2) of a network within ${errorMargin} points of the lowest test error that both methods reach: network slimming's against those of the implicit method, ${chosen}, mean over ${both.join(" and ")}.`,
    arms: families.flat(),
    pair(seed) {
      const sides = both.map((network) => macsAtEqualError(families, network, seed));
      return [mean(sides.map(([slimmed]) => slimmed)), mean(sides.map(([, implicit]) => implicit))];
    },
    unit: "log2 of MACs",
    smallestEffect: -parMargin,
  });
}

/** The runs that are compared: all but those that a setting was chosen by. */
export const harvestRuns = (runs: readonly ArmRuns[]): ArmRuns[] => runs.filter((one) => !isTuning(one));

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
