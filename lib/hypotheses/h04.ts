import {
  deadShareByLayer,
  earlyOrLate,
  foretoldDeaths,
  layerLines,
  selectivityByLayer,
} from "../figures/index.js";
import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { Arm, ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds } from "../study/describe.js";
import { penaltyPace } from "../study/layer-profile.js";
import { penaltySweep } from "./arms.js";
import { h03 } from "./h03.js";
import type { ArmOptions, Hypothesis } from "./hypothesis.js";
import { foretoldRows, signShare } from "./layer-profile.js";
import { possibleFigures } from "./possible-figures.js";
import { adamWithL2, deadByActivation, seedMean } from "./select.js";
import { decidePairs } from "./verdict.js";

/** H4: where in the network filters die. */
export const h04: Hypothesis = {
  id: "h04",
  notebook: "04-layers",
  title: "Early layers lose a larger share of their filters",
  question: "Do deaths spread evenly over the layers, and does the optimizer decide where they fall?",
  claim: "Under Adam with L2, early layers lose a larger share of their filters than late ones.",
  arms,
  figures: (runs) =>
    possibleFigures([
      () => ({
        name: "dead-share-by-layer",
        caption:
          "Share of filters in each layer that are inactive by activation at the end of training, by optimizer and penalty; arms that lost at least 2 % of all filters.",
        figure: deadShareByLayer(runs.filter(losing), { measure: "activation" }),
      }),
      () => ({
        name: "early-or-late",
        caption:
          "Dead share of the first three layers minus that of the last three, against the dead share of all filters.",
        figure: earlyOrLate(runs, {
          difference: (run) => deadShareOfHalf(run, "early") - deadShareOfHalf(run, "late"),
        }),
      }),
      () => ({
        name: "penalty-pace",
        caption:
          "Share of gamma that the penalty alone would take away at each step, layer by layer, early in training.",
        figure: layerLines(runs.filter(hasPace), {
          title: "How fast the penalty alone shrinks γ, layer by layer",
          reading:
            "Early in training, median over the filters of each layer. Higher: a filter that the objective leaves alone dies sooner.",
          axisTitle: "γ lost to the penalty per step (%, log)",
          values: (run) => penaltyPace(run)?.map((pace) => (Number.isFinite(pace) ? pace : null)) ?? [],
          log: true,
          digits: 3,
        }),
      }),
      () => ({
        name: "foretold-deaths",
        caption:
          "Of pairs of filters of one layer, one that dies and one that lives, the share in which an early sign tells which is which.",
        figure: foretoldDeaths(foretoldRows(runs), {
          seeds: describeSeeds(runs),
          data: describeData(runs),
          at: `at ${Math.round(100 * signShare)} % of training`,
        }),
      }),
      () => ({
        name: "selectivity-by-layer",
        caption:
          "Mean selectivity of the filters of each layer that are alive at the end, under Adam with L2, Adam with decoupled decay, and SGD with momentum and L2.",
        figure: selectivityByLayer(runs.filter(compared)),
      }),
    ]),
  verdict(runs, scale) {
    const penalized = adamWithL2("h04", runs);
    return decidePairs({
      id: "h04",
      claim: h04.claim,
      comparison:
        "Share of filters inactive by activation in the first half of the layers against the second half, mean over Adam's L2 penalties.",
      arms: penalized,
      pair: (seed) => [
        seedMean(penalized, seed, (run) => deadShareOfHalf(run, "early")),
        seedMean(penalized, seed, (run) => deadShareOfHalf(run, "late")),
      ],
      unit: "percentage points",
      smallestEffect: 5,
      scale,
    });
  },
};

/** Whether an arm lost enough filters for a share of them in a layer to mean something. */
const losing = (item: ArmRuns): boolean => {
  const runs = completedRuns(item);
  return runs.length > 0 && mean(runs.map(deadByActivation)) >= 2;
};

/** Adam and SGD with momentum, the latter with L2 alone, which decoupled decay agrees with. */
const compared = ({ arm: { optimizer, lambda, config } }: ArmRuns): boolean =>
  optimizer === "Adam" || (optimizer === "SGD+momentum" && (lambda === 0 || config.penalty.kind === "l2"));

/** Those of them with a penalty, whose pace is known. */
const hasPace = (item: ArmRuns): boolean => compared(item) && item.arm.lambda > 0;

/** Mean over the layers of one half of the share of dead filters, %; a middle layer belongs to neither half. */
export function deadShareOfHalf({ record }: Run, half: "early" | "late"): number {
  const { layers } = record.final;
  const length = Math.floor(layers.length / 2);
  const own = half === "early" ? layers.slice(0, length) : layers.slice(-length);
  return mean(own.map(({ deadByActivation, filters }) => (100 * deadByActivation) / filters));
}

/** The runs of H1 to H3 that have both an L2 arm and one of decoupled decay, and two more adaptive methods. */
function arms(options: ArmOptions): Arm[] {
  if (options.scale === "quick" || options.scale === "smoke") return h03.arms(options);
  return [
    ...h03.arms(options),
    ...(["AMSGrad", "RMSProp"] as const).flatMap((name) => penaltySweep(options, name)),
  ];
}
