import { Tensor } from "@tensorflow/tfjs-core";
import { messageOf, UserError } from "../errors.js";
import { checksInputs } from "../settings.js";
import type { EngineName } from "./engine.js";
import type { Ops } from "./ops.js";
import { eagerProgram, type Program, type ProgramSpec } from "./program.js";

/**
 * The same operations, whose errors (an operation that the engine lacks, no memory) name engine, operation and shapes
 * as a `UserError`; and so do NaNs in their inputs, if `check` is true.
 *
 * @param check default: whether the environment variable `FILTER_SPARSITY_CHECK` is 1. Then programs run operation by
 *   operation, compiled on no engine, and the input tensors of every operation of `Ops` are read back and searched for
 *   NaN before it runs: many times slower, for finding out where a diverged run's first NaN came from. Variables are
 *   not searched (a NaN in one shows at the first operation that takes the parameter), nor are infinities reported.
 *   Without it nothing is checked but the loss, every 25 steps.
 */
export function guardedOps(engine: EngineName, ops: Ops, check: boolean = checksInputs()): Ops {
  const guarded = Object.entries(ops).map(([name, value]) => {
    if (typeof value !== "function") return [name, value];
    const operation = value as (...inputs: unknown[]) => unknown;
    const call = (...inputs: unknown[]) => {
      if (check) refuseNaN(`Engine ${engine}: ${name}`, inputs);
      try {
        return operation(...inputs);
      } catch (error) {
        if (error instanceof UserError) throw error;
        const what = `${name} on ${describeShapes(inputs)}`;
        throw new UserError(`Engine ${engine} failed in ${what}: ${messageOf(error)}`, { cause: error });
      }
    };
    return [name, call];
  });
  return Object.fromEntries(guarded) as Ops;
}

/** Opens programs by `open`, or operation by operation where inputs are checked. */
export const openGuarded =
  (ops: Ops, open: (spec: ProgramSpec) => Program): ((spec: ProgramSpec) => Program) =>
  (spec) =>
    checksInputs() ? eagerProgram(ops, spec) : open(spec);

function refuseNaN(what: string, inputs: unknown[]): void {
  for (const [index, tensor] of tensorsOf(inputs).entries()) {
    if (tensor.dtype !== "float32" || !tensor.dataSync().some(Number.isNaN)) continue;
    throw new UserError(
      `${what} on ${describeShapes(inputs)} got NaN in its tensor ${index + 1}, [${tensor.shape}], the first ` +
        "NaN of this run. The operations before it overflowed or divided by zero: lower the learning rate.",
    );
  }
}

const tensorsOf = (inputs: unknown[]): Tensor[] => inputs.filter((input) => input instanceof Tensor);

const describeShapes = (inputs: unknown[]): string =>
  tensorsOf(inputs)
    .map(({ shape }) => `[${shape}]`)
    .join(", ") || "no tensors";
