import type { Shape4D } from "../../lib/engine/ops.js";
import { openRandom } from "../../lib/random.js";
import { compareConvolution } from "./compare-convolution.js";
import * as reference from "./reference.js";
import { addBias, addBiasGradients } from "./reference-blocks.js";
import { affordable, compare, describeEngines, generator, mapped, spread, tensor } from "./support.js";

/** Values of one tensor, at most: the loops of the reference take their time. */
const largestTensor = 150_000;
const mostProducts = 3_000_000;

const random = openRandom(7, "shapes");

/** Between the two, every magnitude as likely. */
const between = (low: number, high: number) =>
  Math.round(low * (high / low) ** (random.integer(1_000_000) / 999_999));

/** A batch of 1 to 512 images of 8x8 to 64x64 pixels with 1 to 512 channels, one of them given. */
function drawShape(given: Partial<Record<"images" | "side" | "channels", number>>): Shape4D {
  for (;;) {
    const side = () => given.side ?? between(8, 64);
    const shape: Shape4D = [
      given.images ?? between(1, 512),
      side(),
      side(),
      given.channels ?? between(1, 512),
    ];
    if (shape.reduce((product, length) => product * length, 1) <= largestTensor) return shape;
  }
}

const inputs: Shape4D[] = [
  drawShape({ images: 1 }),
  drawShape({ images: 512 }),
  drawShape({ side: 63 }),
  drawShape({ side: 8 }),
  drawShape({ channels: 1 }),
  drawShape({ channels: 512 }),
  drawShape({ channels: 37 }),
];

/** Filters for the given images, so few that the loops end soon. */
function drawFilter([images, height, width, channels]: Shape4D, taps: number, stride: number): Shape4D {
  const each = (images * height * width * channels * taps * taps) / stride ** 2;
  return [taps, taps, channels, Math.min(between(1, 512), Math.max(1, Math.floor(mostProducts / each)))];
}

const cases = inputs.map((x, index) => {
  const stride = [1, 2, 1, 2, 1, 2, 3][index]!;
  const taps = [3, 3, 3, 1, 3, 3, 4][index]!;
  return { x, stride, filter: drawFilter(x, taps, stride), slope: [0, 0.01, 1][index % 3]! };
});

describeEngines("random shapes agree with loops in double precision", (check, engine, name) => {
  // Twice: one case is many operations.
  for (const { x, stride, filter, slope } of affordable(name, affordable(name, cases))) {
    check(`convolution [${x}] * [${filter}], stride ${stride}`, () =>
      compareConvolution(engine(), { x, filter, stride }),
    );

    check(`normalization, bias and pooling of [${x}], slope ${slope}`, async () => {
      const values = generator();
      const images = spread(values, x);
      const [gamma, beta, dy] = [values([x[3]]), values([x[3]]), values(x)];
      const options = { epsilon: 1e-5, slope };
      const forward = reference.batchNorm(images, gamma, beta, options);
      const gradients = reference.batchNormGradients(dy, images, gamma, beta, options);
      const biased = addBias(images, beta, slope);
      const biasGradients = addBiasGradients(dy, biased, slope);
      const ties = mapped(images, Math.round);
      const dPooled = values([x[0], Math.floor(x[1] / 2), Math.floor(x[2] / 2), x[3]]);
      const { y: pooled, dx: dTies } = reference.maxPool(ties, dPooled);
      await compare(() => {
        const ops = engine();
        const result = ops.batchNorm(tensor(images), tensor(gamma), tensor(beta), options);
        const gradient = ops.batchNormGradient(tensor(dy), tensor(images), tensor(gamma), result, options);
        const shifted = ops.addBias(tensor(images), tensor(beta), { slope });
        const shiftedGradient = ops.addBiasGradient(tensor(dy), shifted, { slope });
        const maxima = ops.maxPool(tensor(ties));
        return [
          [result.output, forward.output],
          [result.mean, forward.mean],
          [result.variance, forward.variance],
          [gradient.input, gradients.x],
          [gradient.gamma, gradients.gamma],
          [gradient.beta, gradients.beta],
          [shifted, biased],
          [shiftedGradient.input, biasGradients.input],
          [shiftedGradient.bias, biasGradients.bias],
          [maxima, pooled],
          [ops.maxPoolGradient(tensor(dPooled), tensor(ties), maxima), dTies],
        ];
      });
    });
  }
});
