import type { Tensor } from "@tensorflow/tfjs-core";
import { UserError } from "../errors.js";

/** The engine has no kernel for this: says which engine, which operation and on what shapes. */
export function missingOp(engine: string, op: string, inputs: Record<string, Tensor>): UserError {
  const shapes = Object.entries(inputs).map(([name, { shape }]) => `${name} [${shape}]`);
  return new UserError(
    `Engine ${engine} has no ${op} for ${shapes.join(", ")}. Choose another engine (--engine tensorflow).`,
  );
}
