import { vggWidths } from "../models/widths.js";
import type { PruneConfig } from "../runs/config/prune.js";
import type { RunConfig, RunConfigInput } from "../runs/config.js";
import { type ArmChanges, arm, penaltySweep } from "./arms.js";
import type { Arm, ArmOptions, Scale } from "./hypothesis.js";
import { optimizerSetting } from "./optimizer-settings.js";
import { scaleDefaults } from "./scales.js";

type Trained = "Adam" | "SGD+momentum";

/** What is done to one network. */
interface Study {
  /** Of the network; default: the scale's. */
  model?: ArmChanges["model"];
  /** For labels: "VGG-11". */
  note?: string;
  /** Explicit methods train with these, at their weakest L2 penalty. */
  optimizers: readonly Trained[];
  /** Strengths of the L1 penalty on gamma before network slimming. */
  l1Gammas: readonly number[];
  /** Of filters cut by network slimming and by magnitude. */
  shares: readonly number[];
  /** Strengths of the penalty whose survivors give an architecture to train from scratch. */
  scratch: readonly number[];
}

const both = ["Adam", "SGD+momentum"] as const;

const studies: Record<Scale, Study[]> = {
  smoke: [{ optimizers: ["Adam"], l1Gammas: [1e-2], shares: [0.5], scratch: [1e-2] }],
  quick: [{ optimizers: ["Adam"], l1Gammas: [1e-2], shares: [0.5], scratch: [1e-2] }],
  lite: [
    { optimizers: both, l1Gammas: [1e-3, 3e-3], shares: [0.3, 0.5, 0.7], scratch: [3e-4, 1e-3] },
    {
      ...{ model: { name: "vgg", widths: vggWidths(11, 1 / 4) }, note: "VGG-11" },
      ...{ optimizers: both, l1Gammas: [1e-3], shares: [0.5, 0.7], scratch: [1e-3] },
    },
  ],
  paper: [
    { optimizers: both, l1Gammas: [1e-5, 1e-4], shares: [0.3, 0.5, 0.7], scratch: [1e-4, 1e-3] },
    {
      ...{ model: { name: "vgg", widths: vggWidths(11) }, note: "VGG-11" },
      ...{ optimizers: both, l1Gammas: [1e-4], shares: [0.5, 0.7], scratch: [1e-4] },
    },
  ],
};

/** Fine-tuning has this share of a run's steps, at its learning rate divided by this. */
const fineTuning = { steps: 0.4, slower: 10 };

/**
 * The implicit method: H1's sweeps. Explicit ones, each fine-tuned: network slimming and magnitude. And architectures
 * that the implicit method and network slimming leave, trained from scratch.
 */
export function harvestArms(options: ArmOptions): Arm[] {
  return studies[options.scale].flatMap((study) => [
    ...both.flatMap((name) => penaltySweep(options, name, changesOf(study))),
    ...study.optimizers.flatMap((name) => explicitArms(options, name, study)),
    ...study.scratch.flatMap((lambda) => {
      const implicit = arm(options, "Adam", { ...changesOf(study), penalty: { lambda } });
      return scratchArms(options, "Adam", study, { run: implicit.config, prune: { method: "activation" } });
    }),
  ]);
}

const changesOf = ({ model, note }: Study): ArmChanges => ({
  ...(model && { model }),
  ...(note && { note }),
});

function explicitArms(options: ArmOptions, name: Trained, study: Study): Arm[] {
  const plain = arm(options, name, { ...changesOf(study), penalty: weakest(options, name) });
  const slimmed = study.l1Gammas.map((l1Gamma) =>
    arm(options, name, { ...changesOf(study), penalty: { ...weakest(options, name), l1Gamma } }),
  );
  const cuts = (run: RunConfig, method: "slimming" | "magnitude") =>
    study.shares.map((share) => fineTunedArm(options, name, study, { run, prune: { method, share } }));
  const largest = { method: "slimming", share: study.shares.at(-1)! } as const;
  return [
    ...slimmed,
    ...slimmed.flatMap(({ config }) => cuts(config, "slimming")),
    ...cuts(plain.config, "magnitude"),
    ...scratchArms(options, name, study, { run: slimmed[0]!.config, prune: largest }),
  ];
}

/** The weakest penalty of an optimizer's sweep but none: chosen beforehand, not by its error. */
const weakest = ({ scale }: ArmOptions, name: Trained) => ({
  kind: "l2" as const,
  lambda: optimizerSetting(scale, name).lambdas[1]!,
});

interface From {
  run: RunConfig;
  prune: PruneConfig;
}

function fineTunedArm(options: ArmOptions, name: Trained, study: Study, start: From): Arm {
  const { optimizer } = optimizerSetting(options.scale, name);
  const learningRate = optimizer.learningRate / fineTuning.slower;
  return startedArm(options, name, study, {
    ...{ optimizer: { ...optimizer, learningRate }, start },
    steps: Math.round(fineTuning.steps * scaleDefaults[options.scale].steps),
  });
}

/** The pruned architecture from initial weights: for as many epochs as the whole network, and for as much compute. */
const scratchArms = (options: ArmOptions, name: Trained, study: Study, start: From): Arm[] =>
  (["steps", "compute"] as const).map((budget) =>
    startedArm(options, name, study, { start: { ...start, weights: "initial", budget } }),
  );

const startedArm = (
  options: ArmOptions,
  name: Trained,
  study: Study,
  changes: Pick<ArmChanges, "optimizer" | "steps"> & { start: NonNullable<RunConfigInput["start"]> },
): Arm => arm(options, name, { ...changesOf(study), penalty: weakest(options, name), ...changes });
