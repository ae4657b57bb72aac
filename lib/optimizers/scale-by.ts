import type { Tensor1D } from "@tensorflow/tfjs-core";
import { namesIn, vector } from "../engine/formula.js";
import { evaluateFormulas } from "../engine/formula-ops.js";
import type { Rule } from "./rule.js";
import type { GradientTransform } from "./transform.js";

/** A rule as a link of a chain: composed of tfjs' operations, or run by an engine in one pass. */
export function scaleBy(rule: Rule): GradientTransform {
  const { link, name, constants, slots } = rule;
  const rates = Object.entries(rule.rates ?? {});
  const named = (values: readonly unknown[]) =>
    Object.fromEntries(rates.map(([rate], index) => [rate, values[index]]));
  const { step, next } = rule.apply(vector("gradient"));
  const readsTheta = namesIn({ ...next, step }).vectors.includes("theta");
  return {
    name: link,
    slots,
    rates: (at) => rates.map(([, rate]) => rate(at)),
    apply(updates, state, context) {
      const vectors = Object.fromEntries(slots.map((slot) => [slot, state[slot]!.read()]));
      const numbers = named(context.rates) as Record<string, (typeof context.rates)[number]>;
      const values: Record<string, Tensor1D> = evaluateFormulas(
        { ...next, step },
        {
          vectors: { ...vectors, gradient: updates, ...(readsTheta && { theta: context.parameters }) },
          numbers,
        },
      );
      for (const slot of slots) state[slot]!.assign(values[slot]!);
      return values.step!;
    },
    fuse: ({ update }, state, values) => ({
      stage: 2,
      update: {
        ...update,
        rule: {
          ...{ name, constants, apply: rule.apply },
          slots: Object.fromEntries(slots.map((slot) => [slot, state[slot]!])),
          rates: named(values) as Record<string, (typeof values)[number]>,
        },
      },
    }),
  };
}
