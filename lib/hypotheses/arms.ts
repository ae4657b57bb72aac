import { optimizerName } from "../optimizers/config.js";
import type { RunConfigInput } from "../runs/config.js";
import { describeArm } from "../runs/describe.js";
import { type Arm, causeSeeds, type Scale } from "../study/arm.js";
import type { ArmOptions } from "./hypothesis.js";
import { optimizerSetting, type StudiedOptimizer } from "./optimizer-settings.js";
import { configAt } from "./scales.js";

export interface ArmChanges extends Partial<Omit<RunConfigInput, "dataset" | "model">> {
  dataset?: Partial<RunConfigInput["dataset"]>;
  model?: Partial<RunConfigInput["model"]>;
  /** What sets the arm apart besides optimizer and penalty, for its label: "batch 20". */
  note?: string;
  /** No verdict rests on it: one seed is enough. */
  supporting?: boolean;
}

/** One arm: an optimizer at its setting for the scale, with the given changes. */
export function arm(options: ArmOptions, name: StudiedOptimizer, changes: ArmChanges = {}): Arm {
  const { note, supporting, ...rest } = changes;
  const { optimizer } = optimizerSetting(options.scale, name);
  const config = configAt(options, { optimizer, ...rest });
  const label = [describeArm(config), ...(note ? [note] : [])].join(", ");
  return {
    label,
    optimizer: optimizerName(config.optimizer),
    lambda: config.penalty.lambda,
    config,
    scale: options.scale,
    ...(note && { note }),
    ...(supporting && { supporting }),
  };
}

/** Adam's arms of an experiment on causes, each with the changes that it makes and with fresh seeds. */
export const causeArms = (options: ArmOptions, ...changes: ArmChanges[]): Arm[] =>
  changes.map((own) => ({ ...arm(options, "Adam", own), seeds: causeSeeds }));

/** A factor by its levels: each as the changes that it makes. */
export type Axis = readonly ArmChanges[];

/** An optimizer's arms over all combinations of levels, those of the first factor outermost. */
export const vary = (options: ArmOptions, name: StudiedOptimizer, ...axes: Axis[]): Arm[] =>
  axes
    .reduce<ArmChanges[]>((all, axis) => all.flatMap((one) => axis.map((level) => joined(one, level))), [{}])
    .map((changes) => arm(options, name, changes));

function joined(a: ArmChanges, b: ArmChanges): ArmChanges {
  const notes = [a.note, b.note].filter(Boolean);
  return {
    ...a,
    ...b,
    ...((a.dataset || b.dataset) && { dataset: { ...a.dataset, ...b.dataset } }),
    ...((a.model || b.model) && { model: { ...a.model, ...b.model } }),
    ...((a.penalty || b.penalty) && { penalty: { ...a.penalty, ...b.penalty } }),
    ...(notes.length > 0 && { note: notes.join(", ") }),
    ...((a.supporting || b.supporting) && { supporting: true }),
  };
}

/** Strengths of an L2 penalty. */
export const l2 = (...lambdas: number[]): Axis => lambdas.map((lambda) => ({ penalty: { lambda } }));

/** Strengths of decoupled decay. */
export const decoupled = (...lambdas: number[]): Axis =>
  lambdas.map((lambda) => ({ penalty: { kind: "decoupled", lambda } }));

/** An optimizer's arms over its range of L2 penalties, none included. */
export const penaltySweep = (options: ArmOptions, name: StudiedOptimizer, changes: ArmChanges = {}): Arm[] =>
  vary(options, name, l2(...optimizerSetting(options.scale, name).lambdas), [changes]);

/** Adam's L2 penalty where something else is varied: filters die, and the task is learnt. */
export const usualL2: Record<Scale, number> = {
  smoke: 1e-2,
  quick: 1e-2,
  lite: 3e-4,
  reduced: 1e-3,
  paper: 1e-4,
};

/** Two of them where the scale allows. */
export const twoL2: Record<Scale, number[]> = {
  smoke: [1e-2],
  quick: [1e-2],
  lite: [3e-4, 1e-3],
  reduced: [3e-4, 1e-3],
  paper: [1e-4, 1e-3],
};

/** A scale at which a few arms show an effect in minutes. */
export const isShort = ({ scale }: ArmOptions): boolean => scale === "quick" || scale === "smoke";

/** A scale at which an experiment on causes asks its main question only. */
export const isBrief = (options: ArmOptions): boolean => isShort(options) || options.scale === "reduced";
