import { z } from "zod";
import type { Rule } from "./rule.js";

/** What one optimizer is, in one place: what a configuration may say of it, how it is called, and its rules. */
export interface OptimizerKind<Schema extends z.ZodType = z.ZodType> {
  /** As tables and figures call it; a style of this name is in lib/figures/palette.ts. */
  label: string | ((options: z.output<Schema>) => string);
  /** Its part of a run's configuration, with defaults. */
  schema: Schema;
  /** Its rules in order, each a link between penalty and learning rate; undefined of one that is no rule (Muon). */
  rules?: (options: z.output<Schema>) => Rule[];
}

/** Gives a kind the type of its schema. */
export const optimizerKind = <Schema extends z.ZodType>(kind: OptimizerKind<Schema>): OptimizerKind<Schema> =>
  kind;

export const learningRate = z.number().gt(0).max(100);
export const decayRate = z.number().min(0).lt(1);
export const epsilon = z.number().gt(0);
