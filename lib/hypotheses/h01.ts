import {
  deadShareByLayer,
  deadShareByPenalty,
  deadShareOverTraining,
  errorByPenalty,
  filterLife,
  gammaHistograms,
} from "../figures/index.js";
import { shortNumber } from "../runs/describe.js";
import { rankCorrelation } from "../statistics.js";
import { measures } from "../study/measures.js";
import { highest, lowest } from "../study/study-runs.js";
import { penaltySweep } from "./arms.js";
import type { FactorContrast, OwnContrast } from "./contrast.js";
import { exampleRun, missingArms, needed, seedMean } from "./select.js";
import { study } from "./study.js";

/** A share of dead filters, %, up to which none counts as dead. */
const none = 1;

/** What an optimizer's arms say of the claim's three parts; a further look where it is not Adam. */
function partsUnder(optimizer: "Adam" | "SGD+momentum") {
  const among = { optimizer };
  return {
    none: {
      claim: `Under ${optimizer} without L2 regularization or weight decay no filter dies.`,
      smallestEffect: -none,
      pairs(runs) {
        const bare = needed("h01", runs, { ...among, penalty: "none" });
        return {
          arms: bare,
          pair: (seed) => [0, seedMean(bare, seed, measures.deadByActivation.of)],
          comparison: `${optimizer} without a penalty: share of filters inactive by activation at the end of training, counted below 0. A share of up to ${none} % counts as none.`,
        };
      },
    } satisfies OwnContrast,
    some: {
      claim: `Under ${optimizer} with L2 regularization filters die.`,
      among,
      more: { lambda: highest },
      less: { lambda: lowest },
      of: "deadByActivation",
      comparison: ({ more: [strongest] }) =>
        `${optimizer} with L2 ${shortNumber(strongest!.arm.lambda)} against ${optimizer} without penalty: share of filters inactive by activation at the end of training.`,
    } satisfies FactorContrast,
    more: {
      claim: `Under ${optimizer}, the stronger the L2 regularization, the more filters die.`,
      unit: "of a rank correlation",
      smallestEffect: 0.5,
      when: (runs) => new Set(runs.where(among).map(({ arm }) => arm.lambda)).size > 2,
      pairs(runs) {
        const swept = needed("h01", runs, among);
        if (swept.length < 3) {
          const untrained = runs.where(among).find(({ runs: own }) => own.length === 0);
          throw missingArms("h01", { ...among, ...(untrained && { lambda: untrained.arm.lambda }) });
        }
        return {
          arms: swept,
          pair: (seed) => [
            rankCorrelation(
              swept.map(({ arm }) => arm.lambda),
              swept.map((item) => seedMean([item], seed, measures.deadByActivation.of)),
            ),
            0,
          ],
          comparison: `Spearman's rank correlation, within a seed, of the strength of L2 and the share of filters inactive by activation, over ${optimizer}'s ${swept.length} strengths, none included, against 0.`,
        };
      },
    } satisfies OwnContrast,
  };
}

const [adam, momentum] = [partsUnder("Adam"), partsUnder("SGD+momentum")];

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
      ...adam.some,
      part: "with a penalty, deaths",
      page: { words: ["with L2", "without"] },
      specification: { bothForms: true },
    },
    none: { ...adam.none, part: "no penalty, no deaths" },
    // The abstract says that filters die, not how that goes with the strength.
    more: { ...adam.more, part: "more penalty, more deaths", source: "own" },
    momentumSome: { ...momentum.some, id: "SGD+momentum, with a penalty" },
    momentumNone: { ...momentum.none, id: "SGD+momentum, no penalty" },
    momentumMore: { ...momentum.more, id: "SGD+momentum, more penalty" },
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
