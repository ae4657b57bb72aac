import type { Tensor1D } from "@tensorflow/tfjs-core";
import type { FusedUpdate } from "../engine/ops.js";
import type { Rate } from "../engine/rate.js";
import type { Variable } from "../engine/variable.js";
import type { ParameterLayout } from "../models/layout.js";

/** What a transform may look at besides the gradient. */
export interface UpdateContext {
  /** The parameter vector before the step. */
  readonly parameters: Tensor1D;
  /** Where each parameter lies in it. */
  readonly layout: ParameterLayout;
  /** What its `rates` gave for this step. */
  readonly rates: readonly Rate[];
}

/** A transform's slots and constants by their names. */
export type Vectors = Readonly<Record<string, Variable>>;

/**
 * One link of an optimizer: takes the vector that the link before it made (the first one takes the gradient of the
 * objective) and returns its own; what the last returns is added to the parameters. The composition follows optax.
 */
export interface GradientTransform {
  name: string;
  /** Names of its state vectors, each as long as the parameters and zero at the start. Default none. */
  slots?: readonly string[];
  /** Vectors as long as the parameters that never change, e.g. masks. Default none. */
  constants?(layout: ParameterLayout): Record<string, Float32Array>;
  /**
   * The numbers in it that change from step to step. Steps count from 1; `scheduleFactor` is the learning-rate
   * schedule's. Everything else is fixed when a step is compiled.
   */
  rates?(step: number, scheduleFactor: number): number[];
  apply(updates: Tensor1D, vectors: Vectors, context: UpdateContext): Tensor1D;
  /**
   * Its part in an engine's fused kernel: the last links of a chain that have one, in the order L2, rule, learning
   * rate, decay, are run as one. The links before them are composed.
   */
  fuse?(plan: FusionPlan, vectors: Vectors, rates: readonly Rate[]): FusionPlan;
}

/** A fused update while the links of a chain fill it in; `stage` keeps their order. */
export interface FusionPlan {
  stage: 0 | 1 | 2 | 3 | 4;
  update: FusedUpdate;
}
