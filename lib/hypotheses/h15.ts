import { deadShareByPenalty, frontier, gammaHistograms } from "../figures/index.js";
import type { RunConfigInput } from "../runs/config.js";
import { mean } from "../statistics.js";
import type { Arm, ArmRuns, Scale } from "../study/arm.js";
import { arm, penaltySweep } from "./arms.js";
import { deadSharesAtLikeError, errorMargin } from "./frontier.js";
import type { ArmOptions, Hypothesis, Verdict } from "./hypothesis.js";
import { possibleFigures } from "./possible-figures.js";
import { armsWhere } from "./select.js";
import { decidePairs } from "./verdict.js";

/** Optimizers that came after the paper, as their authors advise: with decoupled decay. */
const today: Record<"Lion" | "Muon", RunConfigInput["optimizer"]> = {
  Lion: { name: "lion", learningRate: 1e-3 },
  Muon: { name: "muon", learningRate: 2e-2, adam: { learningRate: 3e-3 } },
};
const names = Object.keys(today) as (keyof typeof today)[];

/** Decay per step, not times the learning rate. */
const decays: Record<Scale, number[]> = {
  smoke: [1e-2],
  quick: [1e-2],
  lite: [3e-4, 1e-3, 2e-3, 4e-3],
  paper: [1e-6, 1e-5, 1e-4],
};

/** Lion and Muon stand more before it costs accuracy. */
const stronger: Partial<Record<Scale, number[]>> = { lite: [1e-2] };

/** H15, beyond the paper: the optimizers of today. */
export const h15: Hypothesis = {
  id: "h15",
  notebook: "15-todays-optimizers",
  title: "Today's optimizers: AdamW, Lion and Muon",
  question: "Do AdamW, Lion and Muon, as they are used today, still leave filters dead?",
  claim:
    "AdamW, Lion and Muon with decoupled decay leave fewer filters dead than Adam with L2 at like test error.",
  arms,
  figures: (runs) =>
    possibleFigures([
      () => ({
        name: "frontier",
        caption:
          "Share of dead filters against test error: Adam with L2 against today's optimizers with decoupled decay.",
        figure: frontier(runs),
      }),
      () => ({
        name: "dead-share-by-penalty",
        caption:
          "Share of inactive filters against the strength of the penalty. L2's strength enters the gradient, decoupled decay's shrinks the parameters by that share a step: compare the shapes, not the places.",
        figure: deadShareByPenalty(runs),
      }),
      () => ({
        name: "gamma-histograms",
        caption: "Distribution of |gamma| over all filters at the end of training.",
        figure: gammaHistograms(runs),
      }),
    ]),
  verdict: (runs, scale) =>
    compare(runs, scale, {
      id: "h15",
      claim: h15.claim,
      modern: ["Adam", ...names],
      said: "the mean of AdamW, Lion and Muon",
    }),
  sideVerdicts: (runs, scale) =>
    (["Adam", ...names] as const).map((name) => {
      const said = name === "Adam" ? "AdamW" : name;
      return compare(runs, scale, {
        id: `h15, ${said}`,
        claim: `${said} with decoupled decay leaves fewer filters dead than Adam with L2 at like test error.`,
        modern: [name],
        said,
      });
    }),
};

interface Comparison extends Pick<Verdict, "id" | "claim"> {
  /** Optimizers with decoupled decay. */
  modern: readonly string[];
  /** They in words. */
  said: string;
}

/** Adam with L2 against the mean of optimizers with decoupled decay, at like test error. */
function compare(runs: ArmRuns[], scale: Scale, { modern, said, ...claim }: Comparison): Verdict {
  const l2 = armsWhere(
    "h15",
    runs,
    "Adam with L2",
    (a) => a.optimizer === "Adam" && a.config.penalty.kind === "l2",
  );
  const decoupled = modern.map((name) =>
    armsWhere(
      "h15",
      runs,
      `${name} with decoupled decay`,
      (a) => a.optimizer === name && (a.lambda === 0 || a.config.penalty.kind === "decoupled"),
    ),
  );
  return decidePairs({
    ...claim,
    comparison: `Adam with L2 against ${said}: dead share reached within ${errorMargin} point of the lowest test error that both reach.`,
    arms: [...new Set([l2, ...decoupled].flat())],
    pair(seed) {
      const sides = decoupled.map((own) => deadSharesAtLikeError(l2, own, seed));
      return [mean(sides.map(([more]) => more)), mean(sides.map(([, less]) => less))];
    },
    unit: "percentage points",
    smallestEffect: 5,
    scale,
  });
}

function arms(options: ArmOptions): Arm[] {
  const { scale } = options;
  const decoupled = (lambda: number) => ({ kind: "decoupled" as const, lambda });
  return [
    ...penaltySweep(options, "Adam"),
    ...decays[scale].map((lambda) => arm(options, "Adam", { penalty: decoupled(lambda) })),
    ...names.flatMap((name) =>
      [0, ...decays[scale], ...(stronger[scale] ?? [])].map((lambda) =>
        arm(options, "Adam", { optimizer: today[name], penalty: decoupled(lambda) }),
      ),
    ),
  ];
}
