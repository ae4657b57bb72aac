import { Tensor, type Tensor1D } from "@tensorflow/tfjs-core";
import { InPlaceVariable } from "../in-place-variable.js";
import type { FusedUpdate, Ops } from "../ops.js";
import { updateProgram } from "../rule.js";
import { type Dispatcher, elementwise, workgroupsFor } from "./dispatch.js";
import { formulaShader } from "./formula-shader.js";

/** Optimizer steps by one shader made of each rule, parameters and state changed in place. */
export const updateOps = (gpu: Dispatcher): Pick<Ops, "fuses" | "fusedUpdate"> => ({
  fuses: () => true,
  fusedUpdate(parameters, gradient, { l2, decay = 0, learningRate, rule }: FusedUpdate) {
    const perParameter = decay instanceof Tensor;
    const { formulas, key, vectors, numbers } = updateProgram(rule, perParameter);
    const given: Record<string, Tensor1D> = { gradient, ...(perParameter && { decays: decay as Tensor1D }) };
    const reads = vectors.filter((name) => name in given);
    const writes = vectors.filter((name) => !(name in given));
    const values: Record<string, unknown> = { ...rule.rates, l2, learningRate };
    if (!perParameter) values.kept = 1 - hostNumber(decay);
    gpu.run(
      {
        name: `update ${rule.name}`,
        key,
        code: () => elementwise({ reads, writes, numbers }, formulaShader(formulas)),
        workgroups: workgroupsFor(gradient.size),
      },
      reads.map((name) => given[name]!),
      writes.map((name) => writable(name === "theta" ? parameters : rule.slots[name])),
      { sizes: [gradient.size], numbers: numbers.map((name) => hostNumber(values[name])) },
    );
  },
});

function writable(variable: unknown): Tensor1D {
  if (!(variable instanceof InPlaceVariable)) throw new Error("The variable belongs to another engine.");
  return variable.writableValue();
}

function hostNumber(rate: unknown): number {
  if (typeof rate !== "number") throw new Error("The webgpu engine takes plain numbers.");
  return rate;
}
