import type { Ops, Shape4D } from "../../lib/engine/ops.js";
import * as reference from "./reference.js";
import { compare, generator, tensor } from "./support.js";

/** Holds a convolution of random numbers and its two gradients against the reference. */
export async function compareConvolution(
  ops: Ops,
  { x, filter, stride }: { x: Shape4D; filter: Shape4D; stride: number },
): Promise<void> {
  const random = generator();
  const [images, weights] = [random(x), random(filter)];
  const y = reference.convolution(images, weights, stride);
  const dy = random(y.shape);
  const gradients = reference.convolutionGradients(images, weights, dy, stride);
  await compare(() => [
    [ops.conv2d(tensor(images), tensor(weights), stride), y],
    [ops.conv2dInputGradient(tensor(dy), tensor(weights), x, stride), gradients.x],
    [ops.conv2dFilterGradient(tensor(images), tensor(dy), filter, stride), gradients.filter],
  ]);
}
