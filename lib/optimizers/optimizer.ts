import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Ops, Rate } from "../engine/ops.js";
import type { Variable } from "../engine/variable.js";
import type { FusionPlan, GradientTransform } from "./transform.js";

/** What an optimizer is: transforms in order. */
export type Chain = readonly GradientTransform[];

/** `chain(addDecayedWeights(1e-3), scaleByAdam(), scaleByLearningRate(3e-3))` is Adam with L2. */
export const chain = (...transforms: GradientTransform[]): Chain => transforms;

/** A chain made ready: stateless; its state vectors and the step's numbers come with every call. */
export interface Optimizer {
  /** The chain's names, e.g. "addDecayedWeights > scaleByAdam > scaleByLearningRate". */
  description: string;
  /** Names of its state vectors, e.g. "1-scaleByAdam/firstMoment". */
  slots: readonly string[];
  /** How many numbers change from step to step. */
  rateCount: number;
  /** Those numbers, for a step counted from 1. */
  rates(step: number, scheduleFactor: number): number[];
  /** One step. Uses the engine's fused kernel where the whole chain fits it. */
  update(ops: Ops, state: OptimizerState): void;
}

export interface OptimizerState {
  parameters: Variable;
  gradient: Tensor1D;
  /** By the names of `slots`. */
  slots: Readonly<Record<string, Variable>>;
  rates: readonly Rate[];
}

export function createOptimizer(transforms: Chain): Optimizer {
  const links = transforms.map((transform, position) => ({
    transform,
    slotName: (slot: string) => `${position}-${transform.name}/${slot}`,
  }));
  const ratesOf = (step: number, factor: number) =>
    transforms.map((transform) => transform.rates?.(step, factor) ?? []);
  const counts = ratesOf(1, 1).map(({ length }) => length);

  /** Hands every link its own variables and numbers. */
  const bind = ({ slots, rates }: OptimizerState) =>
    links.map(({ transform, slotName }, index) => {
      const start = counts.slice(0, index).reduce((a, b) => a + b, 0);
      return {
        transform,
        slots: Object.fromEntries(transform.slots.map((slot) => [slot, slots[slotName(slot)]!])),
        rates: rates.slice(start, start + counts[index]!),
      };
    });

  const fuse = (bound: ReturnType<typeof bind>): FusionPlan | undefined => {
    let plan: FusionPlan = {
      stage: 0,
      update: { l2: 0, decay: undefined, learningRate: 0, rule: { name: "sgd" } },
    };
    for (const { transform, slots, rates } of bound) {
      const next = transform.fuse?.(plan, slots, rates);
      if (next === undefined || next.stage <= plan.stage) return undefined;
      plan = next;
    }
    return plan.stage >= 3 ? plan : undefined;
  };

  return {
    description: transforms.map(({ name }) => name).join(" > "),
    slots: links.flatMap(({ transform, slotName }) => transform.slots.map(slotName)),
    rateCount: counts.reduce((a, b) => a + b, 0),
    rates: (step, scheduleFactor) => ratesOf(step, scheduleFactor).flat(),
    update(ops, state) {
      const { parameters, gradient } = state;
      const bound = bind(state);
      const plan = ops.fusedUpdate && fuse(bound);
      if (plan && ops.fusedUpdate) {
        ops.fusedUpdate(parameters, gradient, plan.update);
        return;
      }
      tf.tidy(() => {
        const before = parameters.read();
        const updates = bound.reduce(
          (vector, { transform, slots, rates }) =>
            transform.apply(vector, slots, { parameters: before, rates }),
          gradient,
        );
        parameters.assign(tf.add(before, updates) as Tensor1D);
      });
    },
  };
}
