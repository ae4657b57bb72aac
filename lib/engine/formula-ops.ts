import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type BinaryKind, type Formula, type Formulas, inOrder, type UnaryKind } from "./formula.js";
import type { Rate } from "./rate.js";
import { sign } from "./sign.js";

const binary: Record<BinaryKind, (a: Tensor | number, b: Tensor | number) => Tensor> = {
  add: tf.add,
  subtract: tf.sub,
  multiply: tf.mul,
  divide: tf.div,
  maximum: tf.maximum,
};

const unary: Record<UnaryKind, (a: Tensor1D) => Tensor> = {
  squareRoot: tf.sqrt,
  absolute: tf.abs,
  sign,
};

/** What formulas take, by name. */
export interface FormulaInputs {
  vectors: Readonly<Record<string, Tensor1D>>;
  numbers: Readonly<Record<string, Rate>>;
}

/** Formulas as operations of tfjs, vector by vector. Belongs to the caller's `tf.tidy`. */
export function evaluateFormulas<Names extends Formulas>(
  formulas: Names,
  { vectors, numbers }: FormulaInputs,
): Record<keyof Names, Tensor1D> {
  const values = new Map<Formula, Tensor | number>();
  const compute = (formula: Formula): Tensor | number => {
    switch (formula.kind) {
      case "vector":
        return vectors[formula.name]!;
      case "number":
        return numbers[formula.name]!;
      case "constant":
        return formula.value;
      case "squareRoot":
      case "absolute":
      case "sign":
        return unary[formula.kind](values.get(formula.of[0]) as Tensor1D);
      default: {
        const [a, b] = formula.of.map((operand) => values.get(operand)!) as [Tensor, Tensor];
        return binary[formula.kind](a, b);
      }
    }
  };
  for (const formula of inOrder(formulas)) values.set(formula, compute(formula));
  const named = Object.entries(formulas).map(([name, formula]) => [name, values.get(formula)]);
  return Object.fromEntries(named) as Record<keyof Names, Tensor1D>;
}
