import type { Random } from "../random.js";
import type { ParameterLayout, ParameterSlot } from "./layout.js";

/**
 * Initial parameter vector: weights normal with variance 2 / fan-in (He et al. 2015, equation 10), the last dense
 * layer's with 1 / fan-in; gamma 1, beta and bias 0. Drawn slot by slot from one stream, so that equal seeds give
 * equal weights on every engine.
 */
export function initialParameters(layout: ParameterLayout, random: Random): Float32Array {
  const values = new Float32Array(layout.length);
  for (const slot of layout.slots) {
    const target = layout.view(values, slot);
    if (slot.role === "gamma") target.fill(1);
    if (slot.role === "weight") {
      const deviation = Math.sqrt((slot.shape.length === 4 ? 2 : 1) / fanIn(slot));
      for (let index = 0; index < target.length; index++) target[index] = deviation * random.normal();
    }
  }
  return values;
}

/** Inputs of one output: all sides but the last. */
function fanIn({ shape }: ParameterSlot): number {
  return shape.slice(0, -1).reduce((product, side) => product * side, 1);
}
