import { errorByMacs } from "../figures/index.js";
import { pruningMethod } from "../pruning/method.js";
import { harvest } from "../pruning/recorded.js";
import { networkTitle } from "../runs/describe.js";
import { mean } from "../statistics.js";
import { harvestArms, harvestTuning } from "./h12-arms.js";
import { isTuning } from "./h12-tuning.js";
import type { ArmRuns, Hypothesis } from "./hypothesis.js";
import { armsWhere } from "./select.js";
import { decidePairs } from "./verdict.js";

/** Test error, %, within which networks count as equally accurate. */
const errorMargin = 0.5;

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
  figures: (runs) => [
    {
      name: "error-by-macs",
      caption: "Test error against multiply-accumulates an image: implicit sparsity and explicit pruning.",
      figure: errorByMacs(harvestRuns(runs)),
    },
  ],
  verdict(runs, scale) {
    const families = ["network slimming", "implicit"].map((method) =>
      armsWhere(
        "h12",
        harvestRuns(runs),
        `${method}'s arms`,
        ({ config }) => pruningMethod(config) === method,
      ),
    ) as [ArmRuns[], ArmRuns[]];
    const both = networksOf(families[0]).filter((network) => networksOf(families[1]).includes(network));
    return decidePairs({
      id: "h12",
      claim: h12.claim,
      comparison: `Fewest multiply-accumulates (log2) of a network within ${errorMargin} points of the lowest test error that both methods reach: network slimming's against those of the implicit method, each with the optimizer and strength that gives the fewest, mean over ${both.join(" and ")}.`,
      arms: families.flat(),
      pair(seed) {
        const sides = both.map((network) => macsAtEqualError(families, network, seed));
        return [mean(sides.map(([slimmed]) => slimmed)), mean(sides.map(([, implicit]) => implicit))];
      },
      unit: "log2 of MACs",
      smallestEffect: -parMargin,
      scale,
    });
  },
};

/** The runs that are compared: all but those that a setting was chosen by. */
export const harvestRuns = (runs: readonly ArmRuns[]): ArmRuns[] => runs.filter((one) => !isTuning(one));

const networkOf = ({ arm: { config } }: ArmRuns): string => networkTitle(config.model);
const networksOf = (arms: readonly ArmRuns[]): string[] => [...new Set(arms.map(networkOf))];

/** log2 of the fewest multiply-accumulates of each family, for one seed; NaN where a family has no run. */
function macsAtEqualError(
  families: readonly [readonly ArmRuns[], readonly ArmRuns[]],
  network: string,
  seed: number,
): [number, number] {
  const [a, b] = families.map((arms) =>
    endsOf(
      arms.filter((one) => networkOf(one) === network),
      seed,
    ),
  ) as [End[], End[]];
  const lowest = (ends: End[]) => Math.min(...ends.map(({ error }) => error));
  const limit = Math.max(lowest(a), lowest(b)) + errorMargin;
  const fewest = (ends: End[]) =>
    Math.log2(Math.min(...ends.filter(({ error }) => error <= limit).map(({ macs }) => macs)));
  return [fewest(a), fewest(b)];
}

/** Test error, %, and multiply-accumulates once everything dead is cut. */
interface End {
  error: number;
  macs: number;
}

const endsOf = (arms: readonly ArmRuns[], seed: number): End[] =>
  arms.flatMap(({ runs }) =>
    runs
      .filter(({ record }) => record.seed === seed && record.status === "finished")
      .map((run) => ({ error: 100 * run.record.final.testError, macs: harvest(run).macs })),
  );

/** Test error and cost of every run, with its method: what the figure and the verdict are made of. */
export const harvestTable = (runs: readonly ArmRuns[]) =>
  harvestRuns(runs).flatMap((one) =>
    one.runs.map((run) => {
      const { macs, wholeMacs } = harvest(run);
      return {
        network: networkOf(one),
        method: pruningMethod(one.arm.config),
        optimizer: one.arm.optimizer,
        arm: one.arm.label,
        seed: run.record.seed,
        testError: run.record.final.testError,
        ...{ macs, share: macs / wholeMacs },
      };
    }),
  );
