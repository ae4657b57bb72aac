import { adadeltaRule } from "./adadelta.js";
import { adagradRule } from "./adagrad.js";
import { adamRule, amsgradRule } from "./adam.js";
import { adamaxRule } from "./adamax.js";
import { lionRule } from "./lion.js";
import { nadamRule } from "./nadam.js";
import { rmsRule } from "./rmsprop.js";
import type { Rule } from "./rule.js";
import { scaleBy } from "./scale-by.js";
import { momentumRule } from "./sgd.js";
import type { GradientTransform } from "./transform.js";

const linkOf =
  <Words extends unknown[]>(rule: (...words: Words) => Rule) =>
  (...words: Words): GradientTransform =>
    scaleBy(rule(...words));

/** Rules as links for a chain of one's own; the rules say what each computes and what its options are. */
export const scaleByAdam = linkOf(adamRule);
export const scaleByAmsgrad = linkOf(amsgradRule);
export const scaleByAdamax = linkOf(adamaxRule);
export const scaleByNadam = linkOf(nadamRule);
export const scaleByRootSumOfSquares = linkOf(adagradRule);
export const scaleByAdadelta = linkOf(adadeltaRule);
export const scaleByRms = linkOf(rmsRule);
export const scaleByLion = linkOf(lionRule);
export const trace = linkOf(momentumRule);
