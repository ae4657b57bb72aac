import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { FusedUpdate, Shape4D } from "../../lib/engine/ops.js";
import { type BoundRule, gradientRule } from "../../lib/engine/rule.js";
import type { Variable } from "../../lib/engine/variable.js";
import { adamRule } from "../../lib/optimizers/adam.js";
import { momentumRule } from "../../lib/optimizers/sgd.js";
import { compareConvolution } from "./compare-convolution.js";
import * as reference from "./reference.js";
import { affordable, compare, describeEngines, generator, mapped, spread, tensor } from "./support.js";

/** Channel counts around the widths of vectors and panels, odd ones as pruning leaves them. */
const channelCounts = [1, 3, 4, 6, 8, 13, 16, 20];

/** Of ReLU, leaky ReLU and no nonlinearity. */
const slopes = [0, 0.01, 1];

describeEngines("agrees with loops in double precision", (check, engine, name) => {
  for (const { x, filter, stride } of affordable(name, convolutionCases())) {
    check(`convolution and its gradients, [${x}] * [${filter}], stride ${stride}`, () =>
      compareConvolution(engine(), { x, filter, stride }),
    );
  }

  check("convolution with a filter that changes from call to call", async () => {
    const random = generator();
    const images = random([2, 4, 4, 3]);
    for (let call = 0; call < 3; call++) {
      const weights = random([3, 3, 3, 4]);
      await compare(() => [
        [engine().conv2d(tensor(images), tensor(weights), 1), reference.convolution(images, weights, 1)],
      ]);
    }
  });

  for (const [index, shape] of affordable(name, normalizationCases()).entries()) {
    const slope = slopes[index % slopes.length]!;
    check(`batch normalization and its gradient on [${shape}], slope ${slope}`, async () => {
      const random = generator();
      const channels = [shape[3]];
      const x = spread(random, shape);
      const [gamma, beta, dy] = [random(channels), random(channels), random(shape)];
      const options = { epsilon: 1e-5, slope };
      const forward = reference.batchNorm(x, gamma, beta, options);
      const gradients = reference.batchNormGradients(dy, x, gamma, beta, options);
      await compare(() => {
        const result = engine().batchNorm(tensor(x), tensor(gamma), tensor(beta), options);
        const gradient = engine().batchNormGradient(tensor(dy), tensor(x), tensor(gamma), result, options);
        const statistics = [
          tensor<Tensor1D>(forward.mean),
          tensor<Tensor1D>(forward.biasedVariance),
        ] as const;
        return [
          [result.output, forward.output],
          [result.mean, forward.mean],
          [result.variance, forward.variance],
          [gradient.input, gradients.x],
          [gradient.gamma, gradients.gamma],
          [gradient.beta, gradients.beta],
          [
            engine().batchNormInference(tensor(x), tensor(gamma), tensor(beta), ...statistics, options),
            forward.output,
          ],
        ];
      });
    });
  }

  for (const shape of poolingCases()) {
    check(`pooling and its gradient on [${shape}]`, async () => {
      const random = generator();
      // Few distinct values: ties in most windows, and windows of zeros only, as ReLU leaves them.
      const x = mapped(random(shape), (value) => Math.max(0, Math.round(value)));
      const dy = random([shape[0], Math.floor(shape[1] / 2), Math.floor(shape[2] / 2), shape[3]]);
      const { y, dx } = reference.maxPool(x, dy);
      await compare(() => {
        const pooled = engine().maxPool(tensor(x));
        return [
          [pooled, y],
          [engine().maxPoolGradient(tensor(dy), tensor(x), pooled), dx],
        ];
      });
    });
  }

  check("the gradient of the cross-entropy, for large logits too", async () => {
    const logits = mapped(generator()([7, 10]), (value, index) => value * (index < 10 ? 200 : 3));
    const labels = [0, 9, 3, 3, 5, 1, 7];
    await compare(() => [
      [
        engine().softmaxCrossEntropyGradient(tensor<Tensor2D>(logits), tf.tensor1d(labels, "int32")),
        reference.softmaxCrossEntropyGradient(logits, labels),
      ],
    ]);
  });

  for (const rule of ["sgd", "momentum", "adam"] as const) {
    check(`10 steps of ${rule} with L2 and decoupled decay`, async () => {
      if (engine().fusedUpdate === undefined) return;
      const random = generator();
      const size = 37;
      const start = random([size]).data;
      const [theta, ...slots] = [start, new Float64Array(size), new Float64Array(size)];
      const constants = { l2: 0.02, decay: 0.01, learningRate: 0.1 };
      const variables = [theta, ...slots].map((data) => {
        const initial = tensor<Tensor1D>({ data: data!, shape: [size] });
        const variable = engine().variable(initial);
        initial.dispose();
        return variable;
      });
      const [parameters, first, second] = variables as [Variable, Variable, Variable];
      for (let step = 1; step <= 10; step++) {
        const gradient = random([size]);
        const update: FusedUpdate = { ...constants, rule: ruleOf(rule, step, [first, second]) };
        tf.tidy(() => engine().fusedUpdate?.(parameters, tensor<Tensor1D>(gradient), update));
        referenceStep(theta!, gradient.data, slots as [Float64Array, Float64Array], constants, rule, step);
      }
      await compare(() => [[parameters.read(), { data: theta!, shape: [size] }]]);
      for (const variable of variables) variable.dispose();
    });
  }
});

function convolutionCases(): { x: Shape4D; filter: Shape4D; stride: number }[] {
  const widths = channelCounts.map((channels, index) => {
    const outputs = channelCounts[(index + 3) % channelCounts.length]!;
    return { x: [3, 5, 6, channels], filter: [3, 3, channels, outputs], stride: 1 };
  });
  const shapes = [
    { x: [2, 1, 1, 4], filter: [3, 3, 4, 8], stride: 1 },
    { x: [40, 2, 2, 8], filter: [3, 3, 8, 8], stride: 1 },
    { x: [9, 16, 16, 16], filter: [3, 3, 16, 8], stride: 1 },
    { x: [2, 7, 5, 3], filter: [1, 1, 3, 9], stride: 1 },
    { x: [2, 7, 5, 3], filter: [5, 3, 3, 4], stride: 1 },
    { x: [2, 8, 8, 6], filter: [3, 3, 6, 12], stride: 2 },
    { x: [2, 7, 9, 4], filter: [3, 3, 4, 8], stride: 2 },
    { x: [2, 8, 8, 4], filter: [1, 1, 4, 8], stride: 2 },
    // Channels that fill an even or an odd number of vectors, or none, and strides that few networks have.
    { x: [2, 9, 10, 3], filter: [3, 3, 3, 4], stride: 3 },
    { x: [2, 18, 21, 37], filter: [4, 4, 37, 5], stride: 3 },
    { x: [1, 11, 8, 20], filter: [5, 5, 20, 16], stride: 4 },
    { x: [3, 7, 13, 40], filter: [4, 4, 40, 6], stride: 4 },
    { x: [2, 8, 9, 48], filter: [3, 3, 48, 16], stride: 2 },
    { x: [2, 8, 8, 80], filter: [3, 3, 80, 7], stride: 2 },
    { x: [2, 8, 8, 16], filter: [1, 1, 16, 32], stride: 3 },
    { x: [1, 2, 5, 3], filter: [4, 4, 3, 2], stride: 3 },
    { x: [2, 18, 21, 37], filter: [4, 4, 37, 5], stride: 2 },
    { x: [2, 15, 16, 24], filter: [5, 5, 24, 16], stride: 2 },
    { x: [2, 9, 8, 40], filter: [5, 3, 40, 6], stride: 2 },
    { x: [2, 9, 8, 40], filter: [3, 4, 40, 6], stride: 3 },
  ];
  return [...widths, ...shapes] as { x: Shape4D; filter: Shape4D; stride: number }[];
}

function normalizationCases(): Shape4D[] {
  const widths = channelCounts.map((channels): Shape4D => [3, 4, 5, channels]);
  return [...widths, [40, 16, 16, 8], [40, 16, 16, 5], [8, 1, 1, 6], [1, 1, 1, 6], [2, 2, 2, 5000]];
}

function poolingCases(): Shape4D[] {
  return [
    [2, 4, 4, 8],
    [2, 6, 4, 3],
    [3, 5, 7, 6],
    [1, 3, 2, 1],
  ];
}

function ruleOf(name: "sgd" | "momentum" | "adam", step: number, state: Variable[]): BoundRule {
  if (name === "sgd") return gradientRule;
  const rule = name === "momentum" ? momentumRule({ momentum: 0.9 }) : adamRule();
  const rates = Object.entries(rule.rates ?? {}).map(([rate, at]) => [rate, at(step)]);
  const slots = Object.fromEntries(rule.slots.map((slot, index) => [slot, state[index]!]));
  return { ...rule, slots, rates: Object.fromEntries(rates) };
}

function referenceStep(
  theta: Float64Array,
  gradient: Float64Array,
  [first, second]: [Float64Array, Float64Array],
  { l2, decay, learningRate }: { l2: number; decay: number; learningRate: number },
  rule: string,
  step: number,
): void {
  for (const [index, value] of gradient.entries()) {
    const g = value + l2 * theta[index]!;
    let direction = g;
    if (rule === "momentum") {
      first[index] = 0.9 * first[index]! + g;
      direction = first[index];
    } else if (rule === "adam") {
      first[index] = 0.9 * first[index]! + 0.1 * g;
      second[index] = 0.999 * second[index]! + 0.001 * g * g;
      direction = first[index] / (1 - 0.9 ** step) / (Math.sqrt(second[index] / (1 - 0.999 ** step)) + 1e-8);
    }
    theta[index] = (theta[index]! - learningRate * direction) * (1 - decay);
  }
}
