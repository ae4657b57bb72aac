import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "./ops.js";
import type { Rate } from "./rate.js";
import type { Variable } from "./variable.js";

/** A tensor that a function takes. */
export interface InputSpec {
  shape: number[];
  dtype: "float32" | "int32";
}

/**
 * A function of tensors and variables, written with tfjs' operations and `Ops`. It may be run once with
 * placeholder data and replayed from then on, so it must not read tensors nor branch on anything but shapes.
 */
export interface ProgramFunction {
  inputs: readonly InputSpec[];
  /** How many numbers it takes besides. Default 0. */
  rates?: number;
  body(arguments_: {
    ops: Ops;
    inputs: Tensor[];
    rates: Rate[];
    variables: Readonly<Record<string, Variable>>;
  }): Tensor[];
}

/** Variables with their initial values, and functions on them. */
export interface ProgramSpec {
  variables: Readonly<Record<string, Float32Array>>;
  functions: Readonly<Record<string, ProgramFunction>>;
}

/** A program opened on an engine. */
export interface Program {
  readonly variables: Readonly<Record<string, Variable>>;
  /** Runs a function; its outputs belong to the caller. */
  call(name: string, inputs: Tensor[], rates?: number[]): Tensor[];
  dispose(): void;
}

/** A program whose functions run operation by operation. */
export function eagerProgram(ops: Ops, { variables: initial, functions }: ProgramSpec): Program {
  const variables: Record<string, Variable> = {};
  for (const [name, values] of Object.entries(initial)) {
    const tensor = tf.tensor1d(values);
    variables[name] = ops.variable(tensor);
    tensor.dispose();
  }
  return {
    variables,
    call: (name, inputs, rates = []) =>
      tf.tidy(() => functions[name]!.body({ ops, inputs, rates, variables })),
    dispose() {
      for (const variable of Object.values(variables)) variable.dispose();
    },
  };
}
