import { deadShareByPenalty, errorByPenalty, frontier } from "../figures/index.js";
import { arm, penaltySweep } from "./arms.js";
import { deadSharesAtLikeError, errorMargin } from "./frontier.js";
import type { Arm, ArmOptions, ArmRuns, Hypothesis, Scale, Verdict } from "./hypothesis.js";
import type { StudiedOptimizer } from "./optimizer-settings.js";
import { armsWhere } from "./select.js";
import { decidePairs } from "./verdict.js";

/**
 * Decay per step. A filter without gradient shrinks by it at every step, as it does under L2 with SGD by learning rate x
 * lambda / (1 - momentum): SGD's are those of its L2 arms.
 */
const decays: Record<Scale, Partial<Record<StudiedOptimizer, number[]>>> = {
  smoke: { Adam: [1e-2], "SGD+momentum": [5e-3] },
  quick: { Adam: [1e-2], "SGD+momentum": [5e-3] },
  lite: { Adam: [3e-4, 1e-3, 2e-3, 4e-3], "SGD+momentum": [5e-4, 2.5e-3, 5e-3, 1e-2] },
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
  figures: (runs) => [
    {
      name: "frontier",
      caption:
        "Share of dead filters against test error for L2 and decoupled weight decay, under Adam and SGD.",
      figure: frontier(runs, {
        panels: "optimizer",
        title: "L2 (filled) against decoupled weight decay (open): dead filters against test error",
      }),
    },
    {
      name: "dead-share-by-penalty",
      caption: "Share of inactive filters at the end of training against the strength of the penalty.",
      figure: deadShareByPenalty(runs),
    },
    {
      name: "error-by-penalty",
      caption: "Test error against the strength of the penalty.",
      figure: errorByPenalty(runs),
    },
  ],
  verdict: (runs, scale) =>
    compareForms(runs, scale, "Adam", {
      id: "h03",
      claim:
        "Under Adam, L2 regularization leaves more filters dead than decoupled weight decay at like test error.",
    }),
};

/** L2 against decoupled decay under one optimizer: dead shares within the margin of the lowest error that both reach. */
export function compareForms(
  runs: readonly ArmRuns[],
  scale: Scale,
  optimizer: StudiedOptimizer,
  { id, claim }: { id: string; claim: string },
): Verdict {
  const of = (kind: "l2" | "decoupled") =>
    armsWhere(
      id,
      runs,
      `${optimizer}'s arms`,
      (a) => a.optimizer === optimizer && (a.lambda === 0 || a.config.penalty.kind === kind),
    );
  const [l2, decoupled] = [of("l2"), of("decoupled")];
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

function arms(options: ArmOptions): Arm[] {
  const short = options.scale === "quick" || options.scale === "smoke";
  return (["Adam", "SGD+momentum"] as const).flatMap((name) => {
    const l2 = short
      ? [...(name === "Adam" ? [arm(options, name)] : []), arm(options, name, { penalty: { lambda: 1e-2 } })]
      : penaltySweep(options, name);
    const decoupled = (decays[options.scale][name] ?? []).map((lambda) =>
      arm(options, name, { penalty: { kind: "decoupled", lambda } }),
    );
    return [...l2, ...decoupled];
  });
}
