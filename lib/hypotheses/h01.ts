import { UserError } from "../errors.js";
import {
  deadShareByLayer,
  deadShareByPenalty,
  deadShareOverTraining,
  errorByPenalty,
  filterLife,
  gammaHistograms,
} from "../figures/index.js";
import { shortNumber } from "../runs/describe.js";
import type { Arm } from "../study/arm.js";
import { penaltySweep } from "./arms.js";
import type { ArmOptions, Hypothesis } from "./hypothesis.js";
import { possibleFigures } from "./possible-figures.js";
import { deadByActivation, exampleRun } from "./select.js";
import { decide } from "./verdict.js";

/** H1: no penalty, no dead filters; more penalty, more dead. */
export const h01: Hypothesis = {
  id: "h01",
  notebook: "01-regularization",
  title: "Regularization makes filters die",
  question:
    "Do filters die only because the network is regularized, and do more die the stronger the penalty?",
  claim:
    "Without L2 regularization or weight decay no filter dies; with it filters do, and the stronger it is, the more.",
  arms,
  figures: (runs) =>
    possibleFigures([
      () => ({
        name: "dead-share-by-penalty",
        caption: "Share of inactive filters at the end of training against the strength of the L2 penalty.",
        figure: deadShareByPenalty(runs),
      }),
      () => ({
        name: "error-by-penalty",
        caption: "Test error against the strength of the L2 penalty.",
        figure: errorByPenalty(runs),
      }),
      () => ({
        name: "gamma-histograms",
        caption: "Distribution of |gamma| over all filters at the end of training.",
        figure: gammaHistograms(runs),
      }),
      () => ({
        name: "dead-share-over-training",
        caption: "Share of filters inactive by scale over training.",
        figure: deadShareOverTraining(runs),
      }),
      () => ({
        name: "dead-share-by-layer",
        caption: "Share of inactive filters in each layer at the end of training.",
        figure: deadShareByLayer(runs),
      }),
      () => ({
        name: "filter-life",
        caption:
          "The state of every filter of one run of Adam with L2 at every probe, sorted by time of death within each layer. The last probe looks at more images, to which a few sleepers answer.",
        figure: filterLife(exampleRun("h01", runs)),
      }),
    ]),
  verdict(runs, scale) {
    const adam = runs
      .filter(({ arm }) => arm.optimizer === "Adam")
      .sort((a, b) => a.arm.lambda - b.arm.lambda);
    const [none] = adam;
    const strongest = adam.at(-1);
    if (!none || !strongest || none === strongest) {
      throw new UserError(
        "H1 needs Adam without penalty and with one. Train its arms: npm run reproduce -- h01.",
      );
    }
    return decide({
      id: "h01",
      claim: h01.claim,
      comparison:
        `Adam with L2 ${shortNumber(strongest.arm.lambda)} against Adam without penalty: share of filters inactive by ` +
        "activation at the end of training.",
      more: strongest,
      less: none,
      measure: deadByActivation,
      unit: "percentage points",
      smallestEffect: 5,
      scale,
    });
  },
};

function arms(options: ArmOptions): Arm[] {
  return [...penaltySweep(options, "Adam"), ...penaltySweep(options, "SGD+momentum")];
}
