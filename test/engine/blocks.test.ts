import { expect, test } from "vitest";
import type { Activation } from "../../lib/engine/activation.js";
import type { Shape4D } from "../../lib/engine/ops.js";
import type { Volume } from "./reference.js";
import * as reference from "./reference-blocks.js";
import { affordable, compare, describeEngines, generator, mapped, spread, tensor } from "./support.js";

const activations: Activation[] = [
  { name: "relu" },
  { name: "leaky-relu", negativeSlope: 0.01 },
  { name: "leaky-relu", negativeSlope: 0.2 },
  { name: "elu" },
  { name: "gelu" },
  { name: "silu" },
];

/** Images and groups; odd sizes, one channel, one pixel, one image, and more rows than a kernel's block has. */
const groupCases: [Shape4D, number][] = [
  [[3, 4, 5, 8], 4],
  [[2, 5, 3, 6], 1],
  [[2, 3, 3, 6], 6],
  [[4, 1, 1, 12], 3],
  [[1, 7, 5, 1], 1],
  [[2, 33, 31, 15], 5],
];

describeEngines("blocks agree with loops in double precision", (check, engine, name) => {
  for (const [index, [shape, groups]] of affordable(name, groupCases).entries()) {
    const slope = [0, 0.01, 1][index % 3]!;
    check(`group normalization of [${shape}] in ${groups} groups, slope ${slope}`, async () => {
      const random = generator();
      const x = spread(random, shape);
      const [gamma, beta, dy] = [random([shape[3]]), random([shape[3]]), random(shape)];
      const options = { epsilon: 1e-5, slope, groups };
      const { output } = reference.groupNorm(x, gamma, beta, groups, options);
      const gradients = reference.groupNormGradients(dy, x, gamma, beta, groups, options);
      await compare(() => {
        const result = engine().groupNorm(tensor(x), tensor(gamma), tensor(beta), options);
        const gradient = engine().groupNormGradient(tensor(dy), tensor(x), tensor(gamma), result, options);
        return [
          [result.output, output],
          [gradient.input, gradients.x],
          [gradient.gamma, gradients.gamma],
          [gradient.beta, gradients.beta],
        ];
      });
    });
  }

  for (const [index, shape] of (
    [
      [3, 4, 5, 6],
      [1, 1, 1, 1],
      [9, 16, 16, 8],
      [2, 31, 33, 13],
    ] as Shape4D[]
  ).entries()) {
    const slope = [0, 0.01, 1, 0][index]!;
    check(`bias of [${shape}], slope ${slope}`, async () => {
      const random = generator();
      const [x, bias, dy] = [random(shape), random([shape[3]]), random(shape)];
      const y = reference.addBias(x, bias, slope);
      const gradients = reference.addBiasGradients(dy, y, slope);
      await compare(() => {
        const output = engine().addBias(tensor(x), tensor(bias), { slope });
        const gradient = engine().addBiasGradient(tensor(dy), output, { slope });
        return [
          [output, y],
          [gradient.input, gradients.input],
          [gradient.bias, gradients.bias],
        ];
      });
    });
  }

  for (const activation of activations) {
    check(`${describeActivation(activation)} and its gradient`, async () => {
      const random = generator();
      const shape = [2, 3, 5, 7];
      const x = mapped(random(shape), (value, index) => (index === 3 ? 0 : 3 * value));
      const dy = random(shape);
      const { y, derivative } = reference.activation(x, activation);
      const dx: Volume = { data: dy.data.map((value, index) => value * derivative.data[index]!), shape };
      await compare(() => {
        const input = tensor(x);
        const output = engine().activate(input, activation);
        return [
          [output, y],
          [engine().activationGradient(tensor(dy), input, output, activation), dx],
        ];
      });
    });
  }
});

test.each(activations)("the reference's derivative of $name is that of its values", (activation) => {
  const x = generator()([50]);
  const step = 1e-6;
  const at = (shift: number) =>
    reference.activation({ ...x, data: x.data.map((value) => value + shift) }, activation).y.data;
  const [above, below] = [at(step), at(-step)];
  const { derivative } = reference.activation(x, activation);
  for (const [index, value] of derivative.data.entries()) {
    expect((above[index]! - below[index]!) / (2 * step)).toBeCloseTo(value, 6);
  }
});

function describeActivation(activation: Activation): string {
  return activation.name === "leaky-relu"
    ? `${activation.name} ${activation.negativeSlope}`
    : activation.name;
}
