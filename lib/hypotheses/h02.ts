import { deadAtLikeError, deadShareByPenalty, familyFrontiers, frontier } from "../figures/index.js";
import type { ArmRuns } from "../study/arm.js";
import { errorMargin } from "../study/envelope.js";
import type { LikeErrorRow } from "../study/rows.js";
import { groupByOptimizer } from "../study/series.js";
import { not, studyRuns } from "../study/study-runs.js";
import { isShort, l2, penaltySweep, vary } from "./arms.js";
import { atLikeError, type FactorContrast } from "./contrast.js";
import { everyMethod, familyContrast } from "./family-contrast.js";
import { deadSharesAtLikeError } from "./frontier.js";
import { adaptiveOptimizers, type StudiedOptimizer, studiedOptimizers } from "./optimizer-settings.js";
import { seedsIn } from "./select.js";
import { study } from "./study.js";

/** Where each run takes long: SGD, Adam, and one more that divides by a running size of the gradient. */
const reducedOptimizers: readonly StudiedOptimizer[] = ["SGD+momentum", "Adam", "RMSProp"];

const momentum = ["SGD+momentum, L2"];
/** Adam first: the optimizer of most other hypotheses. */
const adaptive = ["Adam, L2", "AMSGrad, L2", "Adamax, L2", "AdaGrad, L2", "Adadelta, L2", "RMSProp, L2"];

const atOneRate: FactorContrast = {
  more: { optimizer: not("SGD", "SGD+momentum") },
  less: { optimizer: "SGD+momentum" },
  every: "optimizer",
  of: "deadByActivation",
  pairing: atLikeError,
  comparison: ({ more }) =>
    `Mean over ${groupByOptimizer(more).length} adaptive methods, each at one learning rate, of the dead share reached within ${errorMargin} point of the lowest ` +
    "test error that the method and SGD with momentum both reach, against SGD with momentum's.",
  specification: { choices: { optimizer: everyMethod } },
  page: { words: ["with Adam", "with SGD+momentum"], more: { optimizer: "Adam" } },
};

const tuned = { of: "h02", more: adaptive, less: momentum };

/** H2: adaptive methods kill more filters than SGD at matched test error. */
export const h02 = study({
  id: "h02",
  notebook: "02-optimizers",
  title: "Adaptive methods against SGD",
  question: "At matched test error, do adaptive gradient methods leave more filters dead than SGD does?",
  claim: "Adaptive gradient methods leave more filters dead than SGD with momentum at matched test error.",
  source: "abstract",
  answers: {
    supported:
      "Yes: at matched test error adaptive methods leave {} more of their filters dead than SGD with momentum.",
    contradicted:
      "No: at matched test error SGD with momentum leaves {} more of its filters dead than adaptive methods.",
    difference:
      "the difference in dead filters between adaptive methods and SGD with momentum, at matched test error,",
  },
  arms: (options) =>
    isShort(options)
      ? [
          ...(["SGD+momentum", "Adam"] as const).flatMap((name) => vary(options, name, l2(0, 1e-2))),
          ...vary(options, "RMSProp", l2(1e-2)),
        ]
      : (options.scale === "reduced" ? reducedOptimizers : studiedOptimizers).flatMap((name) =>
          penaltySweep(options, name),
        ),
  families: [...momentum, ...adaptive, "SGD, L2"],
  contrasts: {
    main: familyContrast({ ...tuned, held: "testError", untuned: atOneRate }),
    atMatchedDeadShare: familyContrast({
      ...tuned,
      id: "at matched dead share",
      claim: "An adaptive method pays less test error for the same dead share than SGD with momentum.",
      held: "deadShare",
    }),
    atTheirBest: familyContrast({
      ...tuned,
      id: "each at its most accurate",
      claim:
        "Adaptive gradient methods leave more filters dead than SGD with momentum, each at its most accurate setting.",
      held: "best",
    }),
    adam: {
      ...familyContrast({
        ...tuned,
        id: "Adam",
        more: ["Adam, L2"],
        claim: "Adam leaves more filters dead than SGD with momentum at matched test error.",
        held: "testError",
      }),
      // No other adaptive method is tuned there, so that the mean over methods is one of single rates.
      part: "Adam, tuned",
      partAt: ["reduced"],
    },
    byScale: familyContrast({
      ...tuned,
      id: "by scale",
      claim:
        "Adaptive gradient methods leave more filters inactive by scale than SGD with momentum at matched test error.",
      held: "testError",
      by: "deadByScale",
    }),
    atOneRate: { ...atOneRate, id: "at one learning rate each", at: ["lite"] },
  },
  figures: {
    "tuned-frontier": {
      caption:
        "Share of dead filters against test error: each adaptive method, tuned over rates and penalties, and SGD with momentum, tuned alike, in every panel.",
      tuned: true,
      of: (runs) =>
        familyFrontiers(
          runs.filter(({ arm: { family } }) => family !== "SGD, L2"),
          { reference: "SGD+momentum, L2" },
        ),
    },
    frontier: {
      caption:
        "Share of dead filters against test error: each optimizer over its range of L2 penalties, SGD with momentum in every panel to compare with (its strongest penalty lies beyond them).",
      of: (runs) =>
        frontier(runs, {
          panels: "optimizer",
          reference: "SGD+momentum",
          title: "Dead filters against test error: each optimizer, and SGD with momentum beside it",
        }),
    },
    "dead-at-like-error": {
      caption:
        "Share of filters dead by activation that each adaptive method reaches at a test error that SGD with momentum reaches too, and SGD's own share there.",
      of: (runs) => deadAtLikeError(likeErrorTable(runs), { margin: errorMargin }),
    },
    "dead-share-by-penalty": {
      caption: "Share of inactive filters at the end of training against the strength of the L2 penalty.",
      of: deadShareByPenalty,
    },
  },
});

/** Dead share at matched test error of every adaptive method and SGD with momentum, by seed: what the verdict is a mean of. */
export function likeErrorTable(runs: readonly ArmRuns[]): LikeErrorRow[] {
  const all = studyRuns(runs);
  const plain = all.where({ optimizer: "SGD+momentum" });
  return groupByOptimizer(all.where({ optimizer: adaptiveOptimizers })).flatMap(([optimizer, own]) =>
    seedsIn(runs).map((seed) => {
      const [dead, sgd] = deadSharesAtLikeError(own, plain, seed);
      return { optimizer, seed, dead, sgd };
    }),
  );
}
