import {
  add,
  type Formula,
  type Formulas,
  formulaKey,
  multiply,
  namesIn,
  number,
  subtract,
  vector,
} from "./formula.js";
import { memoize } from "./memoize.js";
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
function updateFormulas(apply: BoundRule["apply"], perParameter: boolean): Formulas {
  const theta = vector("theta");
  const gradient = add(vector("gradient"), multiply(number("l2"), theta));
  const { step, next } = apply(gradient);
  const kept = perParameter ? subtract(1, vector("decays")) : number("kept");
  return { ...next, theta: multiply(subtract(theta, multiply(number("learningRate"), step)), kept) };
}

/** An optimizer step as engines run it: its formulas, the names that they take, and a key that equal ones share. */
export interface UpdateProgram extends ReturnType<typeof namesIn> {
  formulas: Formulas;
  key: string;
}

/** The whole step of a rule, made once for every rule, since it is asked for at every step of a training. */
export const updateProgram = (rule: BoundRule, perParameter: boolean): UpdateProgram =>
  (perParameter ? withDecays : withOneDecay)(rule.apply);

const programsOf = (perParameter: boolean) =>
  memoize((apply: BoundRule["apply"]): UpdateProgram => {
    const formulas = updateFormulas(apply, perParameter);
    return { formulas, key: formulaKey(formulas), ...namesIn(formulas) };
  });
const [withDecays, withOneDecay] = [programsOf(true), programsOf(false)];

/** The rule of plain gradient steps: the gradient itself. */
export const gradientRule: BoundRule = {
  name: "sgd",
  constants: {},
  slots: {},
  rates: {},
  apply: (gradient) => ({ step: gradient, next: {} }),
};
