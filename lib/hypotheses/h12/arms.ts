import { vggWidths } from "../../models/widths.js";
import type { PruneConfig } from "../../pruning/config.js";
import type { RunConfig, RunConfigInput } from "../../runs/config.js";
import type { Arm, Scale } from "../../study/arm.js";
import { type ArmChanges, arm, penaltySweep } from "../arms.js";
import type { ArmOptions } from "../hypothesis.js";
import { optimizerSetting } from "../optimizer-settings.js";
import { scaleDefaults } from "../scales.js";
import { tuningArms } from "./tuning.js";

type Trained = "Adam" | "SGD+momentum";

/** What is done to one network. */
interface Study {
  /** Of the network; default: the scale's. */
  model?: ArmChanges["model"];
  /** For labels: "VGG-11". */
  note?: string;
  /** Optimizers of explicit methods, at their weakest L2 penalty, with strengths of L1 on gamma for network slimming. */
  l1Gammas: Partial<Record<Trained, readonly number[]>>;
  /** Of filters cut by network slimming and by magnitude. */
  shares: readonly number[];
  /** Strengths of the penalty whose survivors give an architecture to train from scratch; none: nothing is. */
  scratch: readonly number[];
}

const both = ["Adam", "SGD+momentum"] as const;

const studies: Record<Scale, Study[]> = {
  smoke: [{ l1Gammas: { Adam: [1e-2] }, shares: [0.5], scratch: [1e-2] }],
  quick: [{ l1Gammas: { Adam: [1e-2] }, shares: [0.5], scratch: [1e-2] }],
  lite: [
    {
      l1Gammas: { Adam: [3e-4, 1e-3], "SGD+momentum": [1e-3, 3e-3] },
      ...{ shares: [0.3, 0.5, 0.7], scratch: [3e-4, 1e-3] },
    },
    {
      ...{ model: { name: "vgg", widths: vggWidths(11, 1 / 4) }, note: "VGG-11" },
      l1Gammas: { Adam: [1e-3], "SGD+momentum": [3e-3] },
      ...{ shares: [0.5, 0.7], scratch: [1e-3] },
    },
  ],
  reduced: [
    {
      l1Gammas: { Adam: [1e-3], "SGD+momentum": [1e-3] },
      ...{ shares: [0.5, 0.7], scratch: [] },
    },
  ],
  paper: [
    {
      l1Gammas: { Adam: [1e-5, 1e-4], "SGD+momentum": [1e-5, 1e-4] },
      ...{ shares: [0.3, 0.5, 0.7], scratch: [1e-4, 1e-3] },
    },
    {
      ...{ model: { name: "vgg", widths: vggWidths(11) }, note: "VGG-11" },
      l1Gammas: { Adam: [1e-4], "SGD+momentum": [1e-4] },
      ...{ shares: [0.5, 0.7], scratch: [1e-4] },
    },
  ],
};

/** Share of a run's steps that fine-tuning has, at the same learning rate and schedule (as Liu et al. 2017 did). */
const fineTuning = 0.4;

/**
 * The implicit method: H1's sweeps. Explicit ones, each fine-tuned: network slimming and magnitude. And architectures
 * that the implicit method and network slimming leave, trained from scratch.
 */
export function harvestArms(options: ArmOptions): Arm[] {
  return studies[options.scale].flatMap((study) => [
    ...both.flatMap((name) => penaltySweep(options, name, changesOf(study))),
    ...both.flatMap((name) => explicitArms(options, name, study)),
    ...study.scratch.flatMap((lambda) => {
      const implicit = arm(options, "Adam", { ...changesOf(study), penalty: { lambda } });
      return scratchArms(options, "Adam", study, { run: implicit.config, prune: { method: "activation" } });
    }),
  ]);
}

/** Factors of the learning rate that fine-tuning is tried at. */
const tunedFactors = [1, 0.3, 0.1];

/**
 * What the explicit methods are tuned by: network slimming of half of the network's filters, at every strength of the L1
 * penalty and several learning rates of fine-tuning, evaluated on held-out training images.
 */
export function harvestTuning(options: ArmOptions): Arm[] {
  const [study] = studies[options.scale];
  const { dataset } = scaleDefaults[options.scale];
  if (!study || dataset.name === "synthetic") return [];
  return tuningArms(
    options,
    { trainImages: dataset.trainImages ?? allImages },
    both.map((optimizer) => ({
      optimizer,
      lambda: weakest(options, optimizer).lambda,
      l1Gammas: study.l1Gammas[optimizer] ?? [],
      share: 0.5,
      factors: tunedFactors,
      steps: fineTuningSteps(options),
    })),
  );
}

/** Training images of CIFAR-10. */
const allImages = 50_000;

/** Steps of fine-tuning at a scale. */
export const fineTuningSteps = ({ scale }: ArmOptions) => Math.round(fineTuning * scaleDefaults[scale].steps);

const changesOf = ({ model, note }: Study): ArmChanges => ({
  ...(model && { model }),
  ...(note && { note }),
});

function explicitArms(options: ArmOptions, name: Trained, study: Study): Arm[] {
  const { [name]: l1Gammas = [] } = study.l1Gammas;
  if (l1Gammas.length === 0) return [];
  const plain = arm(options, name, { ...changesOf(study), penalty: weakest(options, name) });
  const slimmed = l1Gammas.map((l1Gamma) =>
    arm(options, name, { ...changesOf(study), penalty: { ...weakest(options, name), l1Gamma } }),
  );
  const cuts = (run: RunConfig, method: "slimming" | "magnitude") =>
    study.shares.map((share) => fineTunedArm(options, name, study, { run, prune: { method, share } }));
  const largest = { method: "slimming", share: study.shares.at(-1)! } as const;
  return [
    ...slimmed,
    ...slimmed.flatMap(({ config }) => cuts(config, "slimming")),
    ...cuts(plain.config, "magnitude"),
    ...(study.scratch.length > 0
      ? scratchArms(options, name, study, { run: slimmed.at(-1)!.config, prune: largest })
      : []),
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
  return startedArm(options, name, study, { start, steps: fineTuningSteps(options) });
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
  changes: Pick<ArmChanges, "steps"> & { start: NonNullable<RunConfigInput["start"]> },
): Arm => arm(options, name, { ...changesOf(study), penalty: weakest(options, name), ...changes });
