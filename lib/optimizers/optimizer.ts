import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../engine/ops.js";
import type { Rate } from "../engine/rate.js";
import { gradientRule } from "../engine/rule.js";
import type { Variable } from "../engine/variable.js";
import type { ParameterLayout } from "../models/layout.js";
import type { FusionPlan, GradientTransform } from "./transform.js";

/** What an optimizer is: transforms in order. */
export type Chain = readonly GradientTransform[];

/** `chain(addDecayedWeights(1e-3), scaleByAdam(), scaleByLearningRate(3e-3))` is Adam with L2. */
export const chain = (...transforms: GradientTransform[]): Chain => transforms;

/** A chain made ready for a layout: stateless; its vectors and the step's numbers come with every call. */
export interface Optimizer {
  /** The chain's names, e.g. "addDecayedWeights > scaleByAdam > scaleByLearningRate". */
  description: string;
  /** Names of its state vectors, those that change, e.g. "1-scaleByAdam/firstMoment". */
  slots: readonly string[];
  /** Every vector that it works with, as it is before the first step: slots (zero) and constants, by name. */
  initial: Readonly<Record<string, Float32Array>>;
  /** How many numbers change from step to step. */
  rateCount: number;
  /** Those numbers, for a step counted from 1. */
  rates(step: number, scheduleFactor: number): number[];
  /** One step. Uses the engine's fused kernel for as much of the chain's end as fits it. */
  update(ops: Ops, state: OptimizerState): void;
}

export interface OptimizerState {
  parameters: Variable;
  gradient: Tensor1D;
  /** By the names of `initial`. */
  vectors: Readonly<Record<string, Variable>>;
  rates: readonly Rate[];
}

export function createOptimizer(transforms: Chain, layout: ParameterLayout): Optimizer {
  const links = transforms.map((transform, position) => {
    const nameOf = (vector: string) => `${position}-${transform.name}/${vector}`;
    const { slots = [] } = transform;
    const constants = transform.constants?.(layout) ?? {};
    return { transform, nameOf, slots, constants, vectors: [...slots, ...Object.keys(constants)] };
  });
  const initial = Object.fromEntries(
    links.flatMap(({ slots, constants, nameOf }) => [
      ...slots.map((slot) => [nameOf(slot), new Float32Array(layout.length)] as const),
      ...Object.entries(constants).map(([name, values]) => [nameOf(name), values] as const),
    ]),
  );
  const ratesOf = (step: number, factor: number) =>
    transforms.map((transform) => transform.rates?.(step, factor) ?? []);
  const counts = ratesOf(1, 1).map(({ length }) => length);

  /** Hands every link its own vectors and numbers. */
  const bind = ({ vectors: all, rates }: OptimizerState) =>
    links.map(({ transform, nameOf, vectors }, index) => {
      const start = counts.slice(0, index).reduce((a, b) => a + b, 0);
      return {
        transform,
        vectors: Object.fromEntries(vectors.map((vector) => [vector, all[nameOf(vector)]!])),
        rates: rates.slice(start, start + counts[index]!),
      };
    });

  return {
    description: transforms.map(({ name }) => name).join(" > "),
    slots: links.flatMap(({ slots, nameOf }) => slots.map(nameOf)),
    initial,
    rateCount: counts.reduce((a, b) => a + b, 0),
    rates: (step, scheduleFactor) => ratesOf(step, scheduleFactor).flat(),
    update(ops, state) {
      const { parameters, gradient } = state;
      const bound = bind(state);
      tf.tidy(() => {
        const plan = longestFusion(bound, ops);
        const composed = bound.slice(0, plan?.start);
        // A scope of its own: an update in place needs all reads of the parameters to be gone.
        const updates = tf.tidy(() => {
          const read = once(() => parameters.read());
          const result = composed.reduce(
            (vector, { transform, vectors, rates }) =>
              transform.apply(vector, vectors, {
                get parameters() {
                  return read();
                },
                layout,
                rates,
              }),
            gradient,
          );
          return plan ? result : (tf.add(read(), result) as Tensor1D);
        });
        if (plan) ops.fusedUpdate!(parameters, updates, plan.update);
        else parameters.assign(updates);
      });
    },
  };
}

interface BoundLink {
  transform: GradientTransform;
  vectors: Record<string, Variable>;
  rates: readonly Rate[];
}

/** The earliest link from which on the rest of the chain is one update that the engine fuses, and that update. */
function longestFusion(
  links: readonly BoundLink[],
  { fuses = () => false }: Pick<Ops, "fuses">,
): (FusionPlan & { start: number }) | undefined {
  for (let start = 0; start < links.length; start++) {
    const plan = fusion(links.slice(start));
    if (plan && fuses(plan.update.rule)) return { ...plan, start };
  }
  return undefined;
}

function fusion(links: readonly BoundLink[]): FusionPlan | undefined {
  let plan: FusionPlan = {
    stage: 0,
    update: { l2: 0, decay: undefined, learningRate: 0, rule: gradientRule },
  };
  for (const { transform, vectors, rates } of links) {
    const next = transform.fuse?.(plan, vectors, rates);
    if (next === undefined || next.stage <= plan.stage) return undefined;
    plan = next;
  }
  return plan.stage >= 3 ? plan : undefined;
}

function once<T>(make: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= make();
    return value;
  };
}
