import { deadShareByBatch, deadShareByLayer, deadShareOverTrainingByArm } from "../figures/index.js";
import type { Arm, ArmRuns, Scale } from "../study/arm.js";
import { arm } from "./arms.js";
import type { ArmOptions, Hypothesis, Verdict } from "./hypothesis.js";
import { scaleDefaults } from "./scales.js";
import { armWhere, deadByActivation } from "./select.js";
import { decide } from "./verdict.js";

/** H9: smaller mini-batches, more dead filters. */
export const h09: Hypothesis = {
  id: "h09",
  notebook: "09-batch-size",
  title: "Smaller mini-batches kill more filters",
  question:
    "Does the size of the mini-batch decide how many filters die, and is it the noise or the number of steps?",
  claim: "The smaller the mini-batch, the more filters die, at the same number of epochs.",
  arms,
  figures: (runs) => [
    {
      name: "dead-share-by-batch",
      caption:
        "Share of inactive filters against the size of the mini-batch: at equal epochs small batches take more steps, at equal steps they see fewer images.",
      figure: deadShareByBatch(equalPanels(runs)),
    },
    {
      name: "dead-share-over-training",
      caption:
        "Share of filters inactive by scale over training, by size of the mini-batch: at equal epochs against epochs, at equal steps against steps.",
      figure: deadShareOverTrainingByArm(
        equalPanels(runs).map((panel, index) => ({ ...panel, over: index === 0 ? "epochs" : "steps" })),
        {
          title: "When filters die, by size of the mini-batch",
          name: ({ arm: { config } }) => `batch ${config.batchSize}`,
        },
      ),
    },
    {
      name: "dead-share-by-layer",
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      figure: deadShareByLayer(runs, { measure: "activation" }),
    },
  ],
  verdict: (runs, scale) => compareBatches(runs, scale, "epochs", { id: "h09", claim: h09.claim }),
  sideVerdicts: (runs, scale) => [
    compareBatches(runs, scale, "steps", {
      id: "h09, equal steps",
      claim: "The smaller the mini-batch, the more filters die, at the same number of steps too.",
    }),
  ],
};

/** The smallest batch against the largest, with everything else equal but the number of epochs or of steps. */
export function compareBatches(
  runs: readonly ArmRuns[],
  scale: Scale,
  equal: "epochs" | "steps",
  { id, claim }: { id: string; claim: string },
): Verdict {
  const own = runs.filter(({ arm }) => holdsEqual(arm, scale, equal));
  const sizes = own.map(({ arm }) => arm.config.batchSize);
  const of = (size: number) =>
    armWhere(id, own, `Adam with batches of ${size}`, ({ config }) => config.batchSize === size);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  return decide({
    id,
    claim,
    comparison: `Adam with L2, batches of ${least} against ${most} at equal ${equal}: share of filters inactive by activation.`,
    more: of(least),
    less: of(most),
    measure: deadByActivation,
    unit: "percentage points",
    smallestEffect: 5,
    scale,
  });
}

/** Whether an arm sees as many images, or takes as many steps, as the scale's own. */
export function holdsEqual({ config }: Arm, scale: Scale, equal: "epochs" | "steps"): boolean {
  const { steps, batchSize } = scaleDefaults[scale];
  return equal === "steps" ? config.steps === steps : config.steps * config.batchSize === steps * batchSize;
}

/** The arms that take as many epochs as the first, and those that take as many steps, by size of the batch. */
function equalPanels(runs: ArmRuns[]): { name: string; arms: ArmRuns[] }[] {
  const images = ({ config: { steps, batchSize } }: Arm) => steps * batchSize;
  const base = runs[0]?.arm;
  const where = (holds: (own: Arm, first: Arm) => boolean) =>
    runs
      .filter((item) => base !== undefined && holds(item.arm, base))
      .sort((a, b) => a.arm.config.batchSize - b.arm.config.batchSize);
  return [
    { name: "Equal epochs", arms: where((own, first) => images(own) === images(first)) },
    { name: "Equal steps", arms: where((own, first) => own.config.steps === first.config.steps) },
  ];
}

function arms(options: ArmOptions): Arm[] {
  const { steps, batchSize } = scaleDefaults[options.scale];
  const lambda = { smoke: 1e-2, quick: 1e-2, lite: 3e-4, paper: 1e-4 }[options.scale];
  const penalty = { lambda };
  const factors = options.scale === "quick" || options.scale === "smoke" ? [0.5, 2] : [0.5, 2, 4];
  return [
    arm(options, "Adam", { penalty, note: `batch ${batchSize}` }),
    ...factors.flatMap((factor) => {
      const size = batchSize * factor;
      const at = (count: number, equal: string) =>
        arm(options, "Adam", {
          penalty,
          batchSize: size,
          steps: count,
          note: `batch ${size}, equal ${equal}`,
        });
      return [at(steps / factor, "epochs"), at(steps, "steps")];
    }),
  ];
}
