import { optimizerName } from "../optimizers/config.js";
import type { RunConfigInput } from "../runs/config.js";
import { describeArm } from "../runs/describe.js";
import type { Arm } from "../study/arm.js";
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
    ...(supporting && { supporting }),
  };
}

/** An optimizer's arms over its range of L2 penalties, none included. */
export function penaltySweep(options: ArmOptions, name: StudiedOptimizer, changes: ArmChanges = {}): Arm[] {
  const { lambdas } = optimizerSetting(options.scale, name);
  return lambdas.map((lambda) => arm(options, name, { ...changes, penalty: { kind: "l2", lambda } }));
}
