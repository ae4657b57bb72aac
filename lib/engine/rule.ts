import { add, type Formula, type Formulas, multiply, number, subtract, vector } from "./formula.js";
import type { Rate } from "./rate.js";
import type { Variable } from "./variable.js";

/** What a rule makes of a gradient. */
export interface RuleStep {
  /** What the learning rate multiplies. */
  step: Formula;
  /** Next values of its state. */
  next: Formulas;
}

/** An optimizer's rule with its state on an engine, element by element; lib/optimizers says what each computes. */
export interface BoundRule {
  /** By which engines that have an operation of their own for it know it. */
  name: string;
  constants: Readonly<Record<string, number>>;
  /** Its state. */
  slots: Readonly<Record<string, Variable>>;
  /** Its numbers that change from step to step. */
  rates: Readonly<Record<string, Rate>>;
  /** The rule on a gradient, its slots `vector(name)` and its rates `number(name)`. */
  apply(gradient: Formula): RuleStep;
}

/**
 * A whole optimizer step: l2 * theta is added to the gradient, the rule makes its step, theta moves by the learning rate
 * times that and shrinks. Vectors "theta", "gradient", the rule's slots, and "decays" with `perParameter`; numbers "l2",
 * "learningRate", the rule's rates, and else "kept", which is 1 - decay.
 */
export function updateFormulas(rule: BoundRule, { perParameter = false } = {}): Formulas {
  const theta = vector("theta");
  const gradient = add(vector("gradient"), multiply(number("l2"), theta));
  const { step, next } = rule.apply(gradient);
  const kept = perParameter ? subtract(1, vector("decays")) : number("kept");
  return { ...next, theta: multiply(subtract(theta, multiply(number("learningRate"), step)), kept) };
}

/** The rule of plain gradient steps: the gradient itself. */
export const gradientRule: BoundRule = {
  name: "sgd",
  constants: {},
  slots: {},
  rates: {},
  apply: (gradient) => ({ step: gradient, next: {} }),
};
