import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { FusedUpdate, Ops } from "../ops.js";
import { type UpdateProgram, updateProgram } from "../rule.js";
import type { Variable } from "../variable.js";
import { formulaModule } from "./formula-module.js";
import type { Heap } from "./heap.js";
import { HeapVariable } from "./variable.js";

type Run = (...values: number[]) => void;

/** Optimizer steps that change vectors in place, by a module made of each rule; `at` gives a tensor's byte offset. */
export function kernelUpdate(
  { memory }: Heap,
  at: (tensor: Tensor1D) => number,
): Pick<Ops, "fuses" | "fusedUpdate"> {
  const made = new Map<string, Run>();
  const runOf = ({ key, formulas }: UpdateProgram): Run => {
    let run = made.get(key);
    if (!run) {
      const module = new WebAssembly.Module(formulaModule(formulas));
      run = new WebAssembly.Instance(module, { env: { memory: memory! } }).exports.run as Run;
      made.set(key, run);
    }
    return run;
  };
  return {
    fuses: () => true,
    fusedUpdate(parameters, gradient, { l2, learningRate, decay = 0, rule }: FusedUpdate) {
      const perParameter = decay instanceof tf.Tensor && decay.rank > 0;
      const program = updateProgram(rule, perParameter);
      const places: Record<string, () => number> = {
        theta: () => writable(parameters),
        gradient: () => at(gradient),
        decays: () => at(decay as Tensor1D),
      };
      const values: Record<string, unknown> = { ...rule.rates, l2, learningRate };
      if (!perParameter) values.kept = 1 - hostNumber(decay);
      runOf(program)(
        ...program.vectors.map((name) => places[name]?.() ?? writable(rule.slots[name]!)),
        Float32Array.BYTES_PER_ELEMENT * parameters.size,
        ...program.numbers.map((name) => hostNumber(values[name])),
      );
    },
  };
}

function writable(variable: Variable): number {
  if (!(variable instanceof HeapVariable)) throw new Error("The variable belongs to another engine.");
  return variable.writable();
}

function hostNumber(rate: unknown): number {
  if (typeof rate !== "number") throw new Error("The wasm engine takes plain numbers.");
  return rate;
}
