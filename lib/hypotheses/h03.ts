import { typicalPace } from "../figures/against.js";
import { deadShareByPace, familyFrontiers, frontier, gammaHistograms } from "../figures/index.js";
import { between, mean } from "../statistics.js";
import type { Arm, ArmRuns, Scale } from "../study/arm.js";
import { errorMargin } from "../study/envelope.js";
import { measures } from "../study/measures.js";
import { groupByOptimizer } from "../study/series.js";
import { not, type Selector } from "../study/study-runs.js";
import type { FormRow } from "../tables/forms.js";
import { arm, decoupled, isShort, l2, penaltySweep, vary } from "./arms.js";
import { atLikeError, type FactorContrast } from "./contrast.js";
import { familyContrast } from "./family-contrast.js";
import { deadSharesAtLikeError, hasSeed } from "./frontier.js";
import type { ArmOptions } from "./hypothesis.js";
import type { StudiedOptimizer } from "./optimizer-settings.js";
import { needed, seedsIn } from "./select.js";
import { study } from "./study.js";

/**
 * Of Adam at `lite` scale: where the two forms are compared, a straight line between two strengths far apart decided, and
 * the verdict was open. One strength of each form between them was added to see whether that was the reason.
 */
const addedLater = { l2: 5e-4, decoupled: 3e-3 };

/**
 * Decay per step. A filter without gradient shrinks by it at every step, as it does under L2 with SGD by learning rate x
 * lambda / (1 - momentum): SGD's are those of its L2 arms. Adam's ended at 1e-3 at `reduced` scale at first, where the first seed
 * was still among its most accurate: 3e-3, where its L2 ends, was set down before it was trained and before there was a verdict.
 */
const decays: Record<Scale, Partial<Record<StudiedOptimizer, number[]>>> = {
  smoke: { Adam: [1e-2], "SGD+momentum": [5e-3] },
  quick: { Adam: [1e-2], "SGD+momentum": [5e-3] },
  lite: { Adam: [3e-4, 1e-3, 2e-3, addedLater.decoupled, 4e-3], "SGD+momentum": [5e-4, 2.5e-3, 5e-3, 1e-2] },
  reduced: { Adam: [3e-5, 1e-4, 3e-4, 1e-3, 3e-3], "SGD+momentum": [2.5e-4, 5e-4, 2.5e-3] },
  paper: { Adam: [1e-6, 1e-5, 1e-4], "SGD+momentum": [5e-5, 5e-4, 2.5e-3] },
};

/** Arms of a form of the penalty, the unpenalized one among them. */
const forms = { l2: { penalty: ["none", "L2"] }, decoupled: { penalty: ["none", "decoupled"] } } as const;

const adamForms: FactorContrast = {
  claim:
    "Under Adam, L2 regularization leaves more filters dead than decoupled weight decay at matched test error.",
  among: { optimizer: "Adam" },
  more: forms.l2,
  less: forms.decoupled,
  of: "deadByActivation",
  pairing: atLikeError,
  comparison: `Adam with L2 against Adam with decoupled decay at one learning rate: dead share reached within ${errorMargin} point of the lowest test error that both reach.`,
  page: { words: ["with L2", "with decoupled decay"] },
};

const tuned = {
  of: "h03",
  claim: adamForms.claim!,
  more: ["Adam, L2"],
  less: ["Adam, decoupled decay"],
};

const tunedMomentum = {
  of: "h03",
  more: ["SGD+momentum, L2"],
  less: ["SGD+momentum, decoupled decay"],
};

/** H3: under Adam L2 kills more than weight decay; under SGD they agree. */
export const h03 = study({
  id: "h03",
  notebook: "03-l2-or-weight-decay",
  title: "L2 or weight decay",
  question:
    "Does it matter whether the penalty passes through the optimizer (L2) or around it (weight decay)?",
  claim:
    "Under Adam, L2 regularization leaves more filters dead than decoupled weight decay at matched test error; under SGD the two agree.",
  source: "notes",
  answers: {
    supported:
      "Under Adam it does: L2 leaves {} more filters dead than decoupled weight decay at matched test error.",
    contradicted:
      "Under Adam it does, the other way around: decoupled weight decay leaves {} more filters dead than L2 at matched test error.",
    difference:
      "the difference in dead filters between L2 and decoupled weight decay under Adam, at matched test error,",
  },
  arms,
  families: [...tuned.more, ...tuned.less, ...tunedMomentum.more, ...tunedMomentum.less],
  contrasts: {
    main: {
      ...familyContrast({ ...tuned, held: "testError", untuned: adamForms }),
      part: "L2 kills more under Adam",
    },
    momentum: {
      ...familyContrast({
        ...tunedMomentum,
        id: "SGD with momentum",
        claim:
          "Under SGD with momentum, L2 regularization and decoupled weight decay leave equally many filters dead at matched test error.",
        held: "testError",
      }),
      part: "they agree under SGD",
      equality: true,
    },
    atMatchedDeadShare: familyContrast({
      ...tuned,
      id: "at matched dead share",
      claim:
        "Under Adam, L2 regularization pays less test error for the same dead share than decoupled decay.",
      held: "deadShare",
    }),
    atTheirBest: familyContrast({
      ...tuned,
      id: "each at its most accurate",
      claim:
        "Under Adam, L2 regularization leaves more filters dead than decoupled weight decay, each at its most accurate setting.",
      held: "best",
    }),
    momentumAtMatchedDeadShare: familyContrast({
      ...tunedMomentum,
      id: "SGD with momentum, at matched dead share",
      claim:
        "Under SGD with momentum, L2 regularization pays less test error for the same dead share than decoupled decay.",
      held: "deadShare",
    }),
    atOneRate: { ...adamForms, id: "at one learning rate", at: ["lite"] },
    asPlanned: {
      ...adamForms,
      id: "at one learning rate, without the strengths added last",
      at: ["lite"],
      more: { ...forms.l2, lambda: not(addedLater.l2) },
      less: { ...forms.decoupled, lambda: not(addedLater.decoupled) },
    },
  },
  figures: {
    "tuned-frontier": {
      caption:
        "Share of dead filters against test error for L2 and decoupled weight decay under Adam and SGD with momentum, each tuned over rates and strengths.",
      tuned: true,
      of: (runs) =>
        familyFrontiers(runs, {
          title: "L2 (filled) against decoupled weight decay (open), each tuned",
        }),
    },
    frontier: {
      caption:
        "Share of dead filters against test error for L2 and decoupled weight decay, under Adam and SGD with momentum.",
      of: (runs) =>
        frontier(runs, {
          panels: "optimizer",
          title: "L2 (filled) against decoupled weight decay (open): dead filters against test error",
          ownErrors: true,
        }),
    },
    "dead-share-by-pace": {
      caption:
        "Share of dead filters against the share of gamma that the penalty alone would take from the median filter at each step, for both forms.",
      of: deadShareByPace,
    },
    "gamma-histograms": {
      caption:
        "Distribution of |gamma| at the end of training under Adam, by form and strength of the penalty.",
      of: (runs) => gammaHistograms(runs.where({ optimizer: "Adam" })),
    },
  },
});

/** The arms of an optimizer in both forms, for each optimizer that was trained with both: no penalty alone is neither form. */
const formsByOptimizer = (runs: readonly ArmRuns[]) =>
  groupByOptimizer([...runs]).flatMap(([optimizer]) => {
    const of = (form: Selector) => needed("h03", runs, { optimizer, ...form });
    const own = { optimizer, l2: of(forms.l2), decoupled: of(forms.decoupled) };
    return [own.l2, own.decoupled].every(isPenalized) ? [own] : [];
  });

const isPenalized = (arms: readonly ArmRuns[]) => arms.some(({ arm }) => arm.lambda > 0);

/** Dead shares at matched test error with both forms, by optimizer and seed: what the verdict is a mean of. */
export const formTable = (runs: readonly ArmRuns[]): FormRow[] =>
  formsByOptimizer(runs).flatMap((own) =>
    seedsIn(runs).map((seed) => {
      const [l2, decoupled] = deadSharesAtLikeError(own.l2, own.decoupled, seed);
      return { optimizer: own.optimizer, seed, l2, decoupled };
    }),
  );

/**
 * Dead shares with both forms where the penalty alone would shrink the median filter's gamma at the same pace, by optimizer
 * and seed: the mean over the paces of all arms that lie within both forms' ranges, straight in the logarithm of the pace.
 */
export const paceTable = (runs: readonly ArmRuns[]): FormRow[] =>
  formsByOptimizer(runs).flatMap((own) =>
    seedsIn(runs).map((seed) => {
      const of = (arms: readonly ArmRuns[]) => (hasSeed(arms, seed) ? pacePoints(arms, seed) : []);
      const [l2, decoupled] = [of(own.l2), of(own.decoupled)];
      const shared = [...l2, ...decoupled]
        .map(([pace]) => [between(l2, pace), between(decoupled, pace)] as const)
        .filter((sides) => sides.every(Number.isFinite));
      return {
        optimizer: own.optimizer,
        seed,
        l2: mean(shared.map(([a]) => a)),
        decoupled: mean(shared.map(([, b]) => b)),
      };
    }),
  );

/** log10 of the pace and dead share, %, of every penalized run of a seed. */
const pacePoints = (arms: readonly ArmRuns[], seed: number): [pace: number, dead: number][] =>
  arms
    .filter(({ arm: { lambda } }) => lambda > 0)
    .flatMap(({ runs }) => runs)
    .filter(({ record }) => record.seed === seed && record.status === "finished")
    .map((run) => [Math.log10(typicalPace(run)), measures.deadByActivation.of(run)]);

function arms(options: ArmOptions): Arm[] {
  return (["Adam", "SGD+momentum"] as const).flatMap((name) => {
    const own = isShort(options)
      ? vary(options, name, name === "Adam" ? l2(0, 1e-2) : l2(1e-2))
      : penaltySweep(options, name);
    if (name === "Adam" && options.scale === "lite")
      own.splice(-1, 0, arm(options, name, { penalty: { lambda: addedLater.l2 } }));
    return [...own, ...vary(options, name, decoupled(...(decays[options.scale][name] ?? [])))];
  });
}
