import { deadShareByPenalty, familyFrontiers, frontier, gammaHistograms } from "../figures/index.js";
import type { RunConfigInput } from "../runs/config.js";
import type { Scale } from "../study/arm.js";
import { errorMargin } from "../study/envelope.js";
import { decoupled, penaltySweep, vary } from "./arms.js";
import { atLikeError, type FactorContrast } from "./contrast.js";
import { familyContrast } from "./family-contrast.js";
import { study } from "./study.js";

/** Optimizers that came after the paper, as their authors advise: with decoupled decay. */
const lion: RunConfigInput["optimizer"] = { name: "lion", learningRate: 1e-3 };
const muon: RunConfigInput["optimizer"] = { name: "muon", learningRate: 2e-2, adam: { learningRate: 3e-3 } };

/** Decay per step, not times the learning rate. */
const decays: Record<Scale, number[]> = {
  smoke: [1e-2],
  quick: [1e-2],
  lite: [3e-4, 1e-3, 2e-3, 4e-3],
  reduced: [3e-5, 1e-4, 3e-4, 1e-3],
  paper: [1e-6, 1e-5, 1e-4],
};

/** Lion and Muon stand more before it costs accuracy. */
const stronger: Partial<Record<Scale, number[]>> = { lite: [1e-2] };

/** Adam with L2 against the mean of optimizers with decoupled decay, `said` in words, at matched test error. */
const l2Against = (said: string, ...modern: string[]): FactorContrast => ({
  more: { optimizer: "Adam", penalty: ["none", "L2"] },
  less: { optimizer: modern, penalty: ["none", "decoupled"] },
  every: "optimizer",
  of: "deadByActivation",
  pairing: atLikeError,
  comparison: `Adam with L2 against ${said}: dead share reached within ${errorMargin} point of the lowest test error that both reach.`,
});

const l2AgainstOne = (said: string, optimizer = said): FactorContrast => ({
  ...l2Against(said, optimizer),
  id: `${said}, at one learning rate`,
  claim: `${said} with decoupled decay leaves fewer filters dead than Adam with L2 at matched test error.`,
});

const modern = ["Adam, decoupled decay", "Lion, decoupled decay", "Muon, decoupled decay"];
const tuned = { of: "h15", more: ["Adam, L2"], less: modern };

const tunedOne = (said: string, family: string) =>
  familyContrast({
    ...tuned,
    id: said,
    claim: `${said} with decoupled decay leaves fewer filters dead than Adam with L2 at matched test error.`,
    less: [family],
    held: "testError",
  });

const atOneRate: FactorContrast = {
  ...l2Against("the mean of AdamW, Lion and Muon", "Adam", "Lion", "Muon"),
  page: {
    words: ["with Adam and L2", "with Lion and decoupled decay"],
    less: { optimizer: "Lion" },
  },
};

/** H15, beyond the paper: the optimizers of today. */
export const h15 = study({
  id: "h15",
  notebook: "15-todays-optimizers",
  title: "Today's optimizers: AdamW, Lion and Muon",
  question: "Do AdamW, Lion and Muon, as they are used today, still leave filters dead?",
  claim:
    "AdamW, Lion and Muon with decoupled decay leave fewer filters dead than Adam with L2 at matched test error.",
  source: "own",
  answers: {
    supported: "Fewer than Adam with L2 does: {} less of the filters at matched test error.",
    contradicted: "More than Adam with L2 does: {} more of the filters at matched test error.",
    difference:
      "the difference in dead filters between Adam with L2 and today's optimizers, at matched test error,",
  },
  arms: (options) => [
    ...penaltySweep(options, "Adam"),
    ...vary(options, "Adam", decoupled(...decays[options.scale])),
    ...vary(
      options,
      "Adam",
      [{ optimizer: lion }, { optimizer: muon }],
      decoupled(0, ...decays[options.scale], ...(stronger[options.scale] ?? [])),
    ),
  ],
  families: [...tuned.more, ...modern],
  contrasts: {
    main: familyContrast({ ...tuned, held: "testError", untuned: atOneRate }),
    adamW: tunedOne("AdamW", "Adam, decoupled decay"),
    lion: tunedOne("Lion", "Lion, decoupled decay"),
    muon: tunedOne("Muon", "Muon, decoupled decay"),
    atMatchedDeadShare: familyContrast({
      ...tuned,
      id: "at matched dead share",
      claim: "For the same dead share Adam with L2 pays less test error than AdamW, Lion and Muon.",
      held: "deadShare",
    }),
    atTheirBest: familyContrast({
      ...tuned,
      id: "each at its most accurate",
      claim:
        "AdamW, Lion and Muon leave fewer filters dead than Adam with L2, each at its most accurate setting.",
      held: "best",
    }),
    atOneRate: { ...atOneRate, id: "at one learning rate each", at: ["lite"] },
    adamWAtOneRate: l2AgainstOne("AdamW", "Adam"),
    lionAtOneRate: l2AgainstOne("Lion"),
    muonAtOneRate: l2AgainstOne("Muon"),
  },
  figures: {
    "tuned-frontier": {
      caption:
        "Share of dead filters against test error: Adam with L2 against today's optimizers with decoupled decay, each tuned over rates and strengths.",
      tuned: true,
      of: (runs) => familyFrontiers(runs),
    },
    frontier: {
      caption:
        "Share of dead filters against test error: Adam with L2 against today's optimizers with decoupled decay.",
      of: frontier,
    },
    "dead-share-by-penalty": {
      caption:
        "Share of inactive filters against the strength of the penalty. L2's strength enters the gradient, decoupled decay's shrinks the parameters by that share a step: compare the shapes, not the places.",
      of: deadShareByPenalty,
    },
    "gamma-histograms": {
      caption: "Distribution of |gamma| over all filters at the end of training.",
      of: gammaHistograms,
    },
  },
});
