import {
  deadShareByLayer,
  deadShareByPenalty,
  deadShareOverTraining,
  errorByPenalty,
  filterLife,
  gammaHistograms,
} from "../figures/index.js";
import { shortNumber } from "../runs/describe.js";
import { highest, lowest } from "../study/study-runs.js";
import { penaltySweep } from "./arms.js";
import { exampleRun } from "./select.js";
import { study } from "./study.js";

/** H1: no penalty, no dead filters; more penalty, more dead. */
export const h01 = study({
  id: "h01",
  notebook: "01-regularization",
  title: "Regularization and dead filters",
  question:
    "Do filters die only because the network is regularized, and do more die the stronger the penalty?",
  claim:
    "Without L2 regularization or weight decay no filter dies; with it filters do, and the stronger it is, the more.",
  source: "abstract",
  answers: {
    supported:
      "Filters die only under a penalty: Adam with the strongest L2 leaves {} more of them dead than Adam without.",
    contradicted:
      "A penalty spares filters: Adam with the strongest L2 leaves {} fewer of them dead than Adam without.",
    difference: "the difference in dead filters between Adam's strongest L2 and no penalty",
  },
  arms: (options) => [...penaltySweep(options, "Adam"), ...penaltySweep(options, "SGD+momentum")],
  contrasts: {
    main: {
      among: { optimizer: "Adam" },
      more: { lambda: highest },
      less: { lambda: lowest },
      of: "deadByActivation",
      comparison: ({ more: [strongest] }) =>
        `Adam with L2 ${shortNumber(strongest!.arm.lambda)} against Adam without penalty: share of filters inactive by activation at the end of training.`,
      page: { words: ["with L2", "without"] },
      specification: { bothForms: true },
    },
  },
  figures: {
    "dead-share-by-penalty": {
      caption: "Share of inactive filters at the end of training against the strength of the L2 penalty.",
      of: deadShareByPenalty,
    },
    "error-by-penalty": {
      caption: "Test error against the strength of the L2 penalty.",
      of: errorByPenalty,
    },
    "gamma-histograms": {
      caption: "Distribution of |gamma| over all filters at the end of training.",
      of: gammaHistograms,
    },
    "dead-share-over-training": {
      caption: "Share of filters inactive by scale over training.",
      of: deadShareOverTraining,
    },
    "dead-share-by-layer": {
      caption: "Share of inactive filters in each layer at the end of training.",
      of: deadShareByLayer,
    },
    "filter-life": {
      caption:
        "The state of every filter of one run of Adam with L2 at every probe, sorted by time of death within each layer. The last probe looks at more images, to which a few sleepers answer.",
      of: (runs) => filterLife(exampleRun("h01", runs)),
    },
  },
});
