import { deadShareByBatch, deadShareByLayer, deadShareOverTrainingByArm } from "../figures/index.js";
import { asFirst, highest, lowest, type Selector, type StudyRuns } from "../study/study-runs.js";
import { type ArmChanges, isShort, l2, usualL2, vary } from "./arms.js";
import { type FactorContrast, levelText } from "./contrast.js";
import { scaleDefaults } from "./scales.js";
import { study } from "./study.js";

/** The smallest batch against the largest, with everything else equal but the number of epochs or of steps. */
const equal = { epochs: { images: asFirst }, steps: { steps: asFirst } } satisfies Record<string, Selector>;

const smallAgainstLarge = (what: keyof typeof equal): FactorContrast => ({
  among: equal[what],
  more: { batch: lowest },
  less: { batch: highest },
  of: "deadByActivation",
  comparison: ({ more, less }) =>
    `Adam with L2, batches of ${levelText(more, "batch")} against ${levelText(less, "batch")} at equal ${what}: share of filters inactive by activation.`,
});

/** H9: smaller mini-batches, more dead filters. */
export const h09 = study({
  id: "h09",
  notebook: "09-batch-size",
  title: "The size of the mini-batch",
  question:
    "Does the size of the mini-batch decide how many filters die, and is it the noise or the number of steps?",
  claim: "The smaller the mini-batch, the more filters die, at the same number of epochs.",
  source: "notes",
  answers: {
    supported: "It does: at equal epochs small mini-batches leave {} more filters dead than large ones.",
    contradicted:
      "It does, the other way around: at equal epochs large mini-batches leave {} more filters dead than small ones.",
    difference: "the difference in dead filters between small and large mini-batches, at equal epochs,",
  },
  arms(options) {
    const { steps, batchSize } = scaleDefaults[options.scale];
    const factors = isShort(options) ? [0.5, 2] : [0.5, 2, 4];
    return vary(options, "Adam", l2(usualL2[options.scale]), [
      { note: `batch ${batchSize}` },
      ...factors.flatMap((factor): ArmChanges[] => {
        const size = batchSize * factor;
        return [
          { batchSize: size, steps: steps / factor, note: `batch ${size}, equal epochs` },
          { batchSize: size, steps, note: `batch ${size}, equal steps` },
        ];
      }),
    ]);
  },
  contrasts: {
    main: {
      ...smallAgainstLarge("epochs"),
      part: "equal epochs",
      specification: {
        choices: { matching: "equal epochs" },
        also: [{ choices: { matching: "equal steps" }, change: { among: equal.steps } }],
      },
    },
    equalSteps: {
      ...smallAgainstLarge("steps"),
      part: "equal steps",
      claim: "The smaller the mini-batch, the more filters die, at the same number of steps too.",
    },
  },
  figures: {
    "dead-share-by-batch": {
      caption:
        "Share of inactive filters against the size of the mini-batch: at equal epochs small batches take more steps, at equal steps they see fewer images.",
      of: (runs) => deadShareByBatch(equalPanels(runs)),
    },
    "dead-share-over-training": {
      caption:
        "Share of filters inactive by scale over training, by size of the mini-batch: at equal epochs against epochs, at equal steps against steps.",
      of: (runs) =>
        deadShareOverTrainingByArm(equalPanels(runs), {
          title: "When filters die, by size of the mini-batch",
          name: ({ arm: { config } }) => `batch ${config.batchSize}`,
        }),
    },
    "dead-share-by-layer": {
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      of: (runs) => deadShareByLayer(runs, { measure: "activation" }),
    },
  },
});

/** The arms that take as many epochs as the first, and those that take as many steps, by size of the batch. */
const equalPanels = (runs: StudyRuns) =>
  (["epochs", "steps"] as const).map((over) => ({
    name: `Equal ${over}`,
    over,
    arms: runs.where(equal[over]).toSorted((a, b) => a.arm.config.batchSize - b.arm.config.batchSize),
  }));
