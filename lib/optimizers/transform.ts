import type { Tensor1D } from "@tensorflow/tfjs-core";
import type { FusedUpdate, Rate } from "../engine/ops.js";
import type { Variable } from "../engine/variable.js";

/** What a transform may look at besides the gradient. */
export interface UpdateContext {
  /** The parameter vector before the step. */
  parameters: Tensor1D;
  /** What its `rates` gave for this step. */
  rates: readonly Rate[];
}

/**
 * One link of an optimizer: takes the vector that the link before it made (the first one takes the gradient of the
 * objective) and returns its own; what the last returns is added to the parameters. The composition follows optax.
 */
export interface GradientTransform {
  name: string;
  /** Names of its state vectors, each as long as the parameters and zero at the start. */
  slots: readonly string[];
  /**
   * The numbers in it that change from step to step. Steps count from 1; `scheduleFactor` is the learning-rate
   * schedule's, 1 at the start. Everything else is fixed when a step is compiled.
   */
  rates?(step: number, scheduleFactor: number): number[];
  apply(updates: Tensor1D, slots: Record<string, Variable>, context: UpdateContext): Tensor1D;
  /**
   * Its part in an engine's fused kernel. Links that leave this out, or that stand in another order than
   * L2, rule, learning rate, decay, are composed.
   */
  fuse?(plan: FusionPlan, slots: Record<string, Variable>, rates: readonly Rate[]): FusionPlan;
}

/** A fused update while the links of a chain fill it in; `stage` keeps their order. */
export interface FusionPlan {
  stage: 0 | 1 | 2 | 3 | 4;
  update: FusedUpdate;
}
