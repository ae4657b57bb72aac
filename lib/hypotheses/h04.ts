import { deadShareByLayer, selectivityByLayer } from "../figures/index.js";
import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import { penaltySweep } from "./arms.js";
import { h03 } from "./h03.js";
import type { Arm, ArmOptions, Hypothesis } from "./hypothesis.js";
import { adamWithL2, seedMean } from "./select.js";
import { decidePairs } from "./verdict.js";

/** H4: where in the network filters die. */
export const h04: Hypothesis = {
  id: "h04",
  notebook: "04-layers",
  title: "Early layers lose a larger share of their filters",
  question: "Do deaths spread evenly over the layers, and does the optimizer decide where they fall?",
  claim: "Under Adam with L2, early layers lose a larger share of their filters than late ones.",
  arms,
  figures: (runs) => [
    {
      name: "dead-share-by-layer",
      caption:
        "Share of filters in each layer that are inactive by activation at the end of training, by optimizer and penalty.",
      figure: deadShareByLayer(runs, { measure: "activation" }),
    },
    {
      name: "selectivity-by-layer",
      caption:
        "Mean selectivity of the filters of each layer that are alive at the end, under Adam with L2, Adam with decoupled decay, and SGD with momentum and L2.",
      figure: selectivityByLayer(
        runs.filter(
          ({ arm: { optimizer, lambda, config } }) =>
            optimizer === "Adam" ||
            (optimizer === "SGD+momentum" && (lambda === 0 || config.penalty.kind === "l2")),
        ),
      ),
    },
  ],
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
