import { typicalPace } from "../figures/by-pace.js";
import { deadShareByPace, frontier, gammaHistograms } from "../figures/index.js";
import { between, mean } from "../statistics.js";
import type { Arm, ArmRuns, Scale } from "../study/arm.js";
import type { FormRow } from "../tables/forms.js";
import { arm, penaltySweep } from "./arms.js";
import { deadSharesAtLikeError, errorMargin, hasSeed } from "./frontier.js";
import type { ArmOptions, Hypothesis, Verdict } from "./hypothesis.js";
import type { StudiedOptimizer } from "./optimizer-settings.js";
import { possibleFigures } from "./possible-figures.js";
import { armsWhere, deadByActivation, seedsIn } from "./select.js";
import { decidePairs } from "./verdict.js";

/**
 * Of Adam at `lite` scale: where the two forms are compared, a straight line between two strengths far apart decided, and
 * the verdict was open. One strength of each form between them was added to see whether that was the reason.
 */
const addedLater = { l2: 5e-4, decoupled: 3e-3 };

/**
 * Decay per step. A filter without gradient shrinks by it at every step, as it does under L2 with SGD by learning rate x
 * lambda / (1 - momentum): SGD's are those of its L2 arms.
 */
const decays: Record<Scale, Partial<Record<StudiedOptimizer, number[]>>> = {
  smoke: { Adam: [1e-2], "SGD+momentum": [5e-3] },
  quick: { Adam: [1e-2], "SGD+momentum": [5e-3] },
  lite: { Adam: [3e-4, 1e-3, 2e-3, addedLater.decoupled, 4e-3], "SGD+momentum": [5e-4, 2.5e-3, 5e-3, 1e-2] },
  paper: { Adam: [1e-6, 1e-5, 1e-4], "SGD+momentum": [5e-5, 5e-4, 2.5e-3] },
};

/** H3: under Adam L2 kills more than weight decay; under SGD they agree. */
export const h03: Hypothesis = {
  id: "h03",
  notebook: "03-l2-or-weight-decay",
  title: "L2 kills more filters than weight decay, under Adam",
  question:
    "Does it matter whether the penalty passes through the optimizer (L2) or around it (weight decay)?",
  claim:
    "Under Adam, L2 regularization leaves more filters dead than decoupled weight decay at like test error; under SGD the two agree.",
  arms,
  figures: (runs) =>
    possibleFigures([
      () => ({
        name: "frontier",
        caption:
          "Share of dead filters against test error for L2 and decoupled weight decay, under Adam and SGD with momentum.",
        figure: frontier(runs, {
          panels: "optimizer",
          title: "L2 (filled) against decoupled weight decay (open): dead filters against test error",
          ownErrors: true,
        }),
      }),
      () => ({
        name: "dead-share-by-pace",
        caption:
          "Share of dead filters against the share of gamma that the penalty alone would take from the median filter at each step, for both forms.",
        figure: deadShareByPace(runs),
      }),
      () => ({
        name: "gamma-histograms",
        caption:
          "Distribution of |gamma| at the end of training under Adam, by form and strength of the penalty.",
        figure: gammaHistograms(runs.filter(({ arm }) => arm.optimizer === "Adam")),
      }),
    ]),
  verdict: (runs, scale) => compareForms(runs, scale, "Adam", { id: "h03", claim }),
  sideVerdicts(runs, scale) {
    const first = asFirstPlanned(runs);
    if (first.length === runs.length) return [];
    return [compareForms(first, scale, "Adam", { id: "h03, without the strengths added last", claim })];
  },
};

const claim =
  "Under Adam, L2 regularization leaves more filters dead than decoupled weight decay at like test error.";

/** The runs without the strengths that were added after a first look at the verdict. */
const asFirstPlanned = (runs: readonly ArmRuns[]): ArmRuns[] =>
  runs.filter(
    ({ arm: { optimizer, lambda, config } }) =>
      optimizer !== "Adam" || lambda !== addedLater[config.penalty.kind],
  );

/** L2 against decoupled decay under one optimizer: dead shares within the margin of the lowest error that both reach. */
export function compareForms(
  runs: readonly ArmRuns[],
  scale: Scale,
  optimizer: StudiedOptimizer,
  { id, claim }: { id: string; claim: string },
): Verdict {
  const [l2, decoupled] = formsOf(id, runs, optimizer);
  return decidePairs({
    id,
    claim,
    comparison:
      `${optimizer} with L2 against ${optimizer} with decoupled decay: dead share reached within ${errorMargin} point of the ` +
      "lowest test error that both reach.",
    arms: [...l2, ...decoupled],
    pair: (seed) => deadSharesAtLikeError(l2, decoupled, seed),
    unit: "percentage points",
    smallestEffect: 5,
    scale,
  });
}

/** An optimizer's arms with L2 and with decoupled decay, the unpenalized one in both. */
function formsOf(
  id: string,
  runs: readonly ArmRuns[],
  optimizer: string,
): [l2: ArmRuns[], decoupled: ArmRuns[]] {
  const of = (kind: "l2" | "decoupled") =>
    armsWhere(
      id,
      runs,
      `${optimizer}'s arms`,
      (a) => a.optimizer === optimizer && (a.lambda === 0 || a.config.penalty.kind === kind),
    );
  return [of("l2"), of("decoupled")];
}

/** Dead shares at like test error with both forms, by optimizer and seed: what the verdict is a mean of. */
export const formTable = (runs: readonly ArmRuns[]): FormRow[] =>
  [...new Set(runs.map(({ arm: { optimizer } }) => optimizer))].flatMap((optimizer) => {
    const [l2Arms, decoupledArms] = formsOf("h03", runs, optimizer);
    return seedsIn(runs).map((seed) => {
      const [l2, decoupled] = deadSharesAtLikeError(l2Arms, decoupledArms, seed);
      return { optimizer, seed, l2, decoupled };
    });
  });

/**
 * Dead shares with both forms where the penalty alone would shrink the median filter's gamma at the same pace, by optimizer
 * and seed: the mean over the paces of all arms that lie within both forms' ranges, straight in the logarithm of the pace.
 */
export const paceTable = (runs: readonly ArmRuns[]): FormRow[] =>
  [...new Set(runs.map(({ arm: { optimizer } }) => optimizer))].flatMap((optimizer) => {
    const forms = formsOf("h03", runs, optimizer);
    return seedsIn(runs).map((seed) => {
      const [l2, decoupled] = forms.map((own) => (hasSeed(own, seed) ? pacePoints(own, seed) : []));
      const shared = [...l2!, ...decoupled!]
        .map(([pace]) => [between(l2!, pace), between(decoupled!, pace)] as const)
        .filter((sides) => sides.every(Number.isFinite));
      return { optimizer, seed, l2: mean(shared.map(([a]) => a)), decoupled: mean(shared.map(([, b]) => b)) };
    });
  });

/** log10 of the pace and dead share, %, of every penalized run of a seed. */
const pacePoints = (arms: readonly ArmRuns[], seed: number): [pace: number, dead: number][] =>
  arms
    .filter(({ arm: { lambda } }) => lambda > 0)
    .flatMap(({ runs }) => runs)
    .filter(({ record }) => record.seed === seed && record.status === "finished")
    .map((run) => [Math.log10(typicalPace(run)), deadByActivation(run)]);

function arms(options: ArmOptions): Arm[] {
  const short = options.scale === "quick" || options.scale === "smoke";
  return (["Adam", "SGD+momentum"] as const).flatMap((name) => {
    const l2 = short
      ? [...(name === "Adam" ? [arm(options, name)] : []), arm(options, name, { penalty: { lambda: 1e-2 } })]
      : penaltySweep(options, name);
    if (name === "Adam" && options.scale === "lite")
      l2.splice(-1, 0, arm(options, name, { penalty: { lambda: addedLater.l2 } }));
    const decoupled = (decays[options.scale][name] ?? []).map((lambda) =>
      arm(options, name, { penalty: { kind: "decoupled", lambda } }),
    );
    return [...l2, ...decoupled];
  });
}
