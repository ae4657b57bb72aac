import { add, type Formula, multiply } from "../engine/formula.js";
import type { RuleStep } from "../engine/rule.js";

/** An optimizer's rule as data, the same whatever engine it runs on. */
export interface Rule {
  /** Of its link in a chain: "scaleByAdam". */
  link: string;
  /** By which an engine that has it as an operation of its own knows it: "adam". */
  name: string;
  constants: Readonly<Record<string, number>>;
  /** Names of its state vectors, zero at the start. */
  slots: readonly string[];
  /** Its numbers that change from step to step, by name; steps count from 1. */
  rates?: Readonly<Record<string, (step: number) => number>>;
  /** What it makes of a gradient; its slots are `vector(name)`, its rates `number(name)`, parameters `vector("theta")`. */
  apply(gradient: Formula): RuleStep;
}

/** An exponential mean moved on by one value: decay * mean + (1 - decay) * value. */
export const average = (mean: Formula, value: Formula, decay: number): Formula =>
  add(multiply(mean, decay), multiply(value, 1 - decay));
