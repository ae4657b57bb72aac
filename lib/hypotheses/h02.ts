import { deadAtLikeError, deadShareByPenalty, frontier } from "../figures/index.js";
import { mean } from "../statistics.js";
import type { Arm, ArmRuns } from "../study/arm.js";
import type { LikeErrorRow } from "../study/rows.js";
import { arm, penaltySweep } from "./arms.js";
import { deadSharesAtLikeError, errorMargin } from "./frontier.js";
import type { ArmOptions, Hypothesis } from "./hypothesis.js";
import { adaptiveOptimizers, studiedOptimizers } from "./optimizer-settings.js";
import { possibleFigures } from "./possible-figures.js";
import { plainAndAdaptive, seedsIn } from "./select.js";
import { decidePairs } from "./verdict.js";

/** H2: adaptive methods kill more filters than SGD at like test error. */
export const h02: Hypothesis = {
  id: "h02",
  notebook: "02-optimizers",
  title: "Adaptive methods kill more filters than SGD",
  question: "At like test error, do adaptive gradient methods leave more filters dead than SGD does?",
  claim: "Adaptive gradient methods leave more filters dead than SGD with momentum at like test error.",
  arms,
  figures: (runs) =>
    possibleFigures([
      () => ({
        name: "frontier",
        caption:
          "Share of dead filters against test error: each optimizer over its range of L2 penalties, SGD with momentum in every panel to compare with (its strongest penalty lies beyond them).",
        figure: frontier(runs, {
          panels: "optimizer",
          reference: "SGD+momentum",
          title: "Dead filters against test error: each optimizer, and SGD with momentum beside it",
        }),
      }),
      () => ({
        name: "dead-at-like-error",
        caption:
          "Share of filters dead by activation that each adaptive method reaches at a test error that SGD with momentum reaches too, and SGD's own share there.",
        figure: deadAtLikeError(likeErrorTable(runs), { margin: errorMargin }),
      }),
      () => ({
        name: "dead-share-by-penalty",
        caption: "Share of inactive filters at the end of training against the strength of the L2 penalty.",
        figure: deadShareByPenalty(runs),
      }),
    ]),
  verdict(runs, scale) {
    const { plain, adaptive } = plainAndAdaptive("h02", runs);
    return decidePairs({
      id: "h02",
      claim: h02.claim,
      comparison:
        `Mean over ${adaptive.length} adaptive methods of the dead share reached within ${errorMargin} point of the lowest ` +
        "test error that the method and SGD with momentum both reach, against SGD with momentum's.",
      arms: runs,
      pair(seed) {
        const sides = adaptive.map((own) => deadSharesAtLikeError(own, plain, seed));
        return [mean(sides.map(([more]) => more)), mean(sides.map(([, less]) => less))];
      },
      unit: "percentage points",
      smallestEffect: 5,
      scale,
    });
  },
};

function arms(options: ArmOptions): Arm[] {
  if (options.scale === "lite" || options.scale === "paper")
    return studiedOptimizers.flatMap((name) => penaltySweep(options, name));
  const strong = { penalty: { lambda: 1e-2 } };
  return [
    arm(options, "SGD+momentum"),
    arm(options, "SGD+momentum", strong),
    arm(options, "Adam"),
    arm(options, "Adam", strong),
    arm(options, "RMSProp", strong),
  ];
}

/** Dead share at like test error of every adaptive method and SGD with momentum, by seed: what the verdict is a mean of. */
export function likeErrorTable(runs: readonly ArmRuns[]): LikeErrorRow[] {
  const own = (name: string) => runs.filter((item) => item.arm.optimizer === name);
  const seeds = seedsIn(runs);
  return adaptiveOptimizers.flatMap((optimizer) =>
    own(optimizer).length === 0
      ? []
      : seeds.map((seed) => {
          const [dead, sgd] = deadSharesAtLikeError(own(optimizer), own("SGD+momentum"), seed);
          return { optimizer, seed, dead, sgd };
        }),
  );
}
