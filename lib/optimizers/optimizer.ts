import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../engine/ops.js";
import type { Variable } from "../engine/variable.js";
import type { FusionPlan, GradientTransform } from "./transform.js";

/** A chain of transforms with its state, bound to one parameter vector. */
export interface Optimizer {
  /** The chain's names, e.g. "addDecayedWeights > scaleByAdam > scaleByLearningRate". */
  description: string;
  /** One step; `scheduleFactor` multiplies the learning rate and decoupled decay. */
  update(gradient: Tensor1D, options: { scheduleFactor: number }): void;
  /** Steps taken. */
  steps: number;
  /** State vectors by "transform/slot", for checkpoints and probes. */
  state: ReadonlyMap<string, Variable>;
  dispose(): void;
}

/** What an optimizer is: transforms in order. */
export type Chain = readonly GradientTransform[];

/** `chain(addDecayedWeights(1e-3), scaleByAdam(), scaleByLearningRate(3e-3))` is Adam with L2. */
export const chain = (...transforms: GradientTransform[]): Chain => transforms;

/** Binds a chain to a parameter vector. Uses the engine's fused kernel where the whole chain fits it. */
export function createOptimizer(
  transforms: Chain,
  { ops, parameters }: { ops: Ops; parameters: Variable },
): Optimizer {
  const state = new Map<string, Variable>();
  const links = transforms.map((transform, position) => {
    const slots: Record<string, Variable> = {};
    for (const slot of transform.slots) {
      const zeros = tf.zeros([parameters.size]) as Tensor1D;
      const variable = ops.variable(zeros);
      zeros.dispose();
      slots[slot] = variable;
      state.set(`${position}-${transform.name}/${slot}`, variable);
    }
    return { transform, slots };
  });

  const fused = (step: number, scheduleFactor: number): FusionPlan | undefined => {
    let plan: FusionPlan = {
      stage: 0,
      update: { l2: 0, decay: 0, learningRate: 0, rule: { name: "sgd" } },
    };
    for (const { transform, slots } of links) {
      const next = transform.fuse?.(plan, slots, { step, scheduleFactor });
      if (next === undefined || next.stage <= plan.stage) return undefined;
      plan = next;
    }
    return plan.stage >= 3 ? plan : undefined;
  };

  const optimizer: Optimizer = {
    description: transforms.map(({ name }) => name).join(" > "),
    steps: 0,
    state,
    update(gradient, { scheduleFactor }) {
      optimizer.steps++;
      const step = optimizer.steps;
      const plan = ops.fusedUpdate && fused(step, scheduleFactor);
      if (plan && ops.fusedUpdate) {
        ops.fusedUpdate(parameters, gradient, plan.update);
        return;
      }
      tf.tidy(() => {
        const context = { parameters: parameters.read(), step, scheduleFactor };
        const updates = links.reduce(
          (vector, { transform, slots }) => transform.apply(vector, slots, context),
          gradient,
        );
        parameters.assign(tf.add(context.parameters, updates) as Tensor1D);
      });
    },
    dispose() {
      for (const variable of state.values()) variable.dispose();
    },
  };
  return optimizer;
}
