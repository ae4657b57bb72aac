import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import type { BatchNormOptions, Ops } from "../ops.js";
import { bindings, type Dispatcher, elementwise, groupSize, workgroupsFor } from "./dispatch.js";
import {
  chunkEntry,
  combineThreads,
  planReduction,
  type Reduction,
  reductionConstants,
} from "./reduction.js";

type BatchNormOps = Pick<Ops, "batchNorm" | "batchNormGradient" | "batchNormInference">;

/** Batch normalization with its nonlinearity, three shaders each way: chunks of rows, channels, elements. */
export function batchNormOps(gpu: Dispatcher): BatchNormOps {
  return {
    batchNorm(x, gamma, beta, { epsilon, slope }) {
      const { plan, perChunk, perChannel, elements } = shapesOf(gpu, x);
      const partial = gpu.output(perChunk);
      gpu.run(
        shader(plan, "batchNormChunks", "", () => chunkStatistics(plan), plan.workgroups),
        [x],
        [partial],
      );
      const [mean, variance, inverse] = [1, 2, 3].map(() => gpu.output<Tensor1D>(perChannel)) as Statistics;
      const finish = shader(
        plan,
        "batchNormStatistics",
        `${epsilon}`,
        () => statistics(plan, epsilon),
        channelGroups(plan),
      );
      gpu.run(finish, [partial], [mean, variance, inverse]);
      const output = gpu.output<Tensor4D>(x.shape);
      const apply = shader(plan, "batchNorm", `${slope}`, () => normalize(x.size, plan, slope), elements);
      gpu.run(apply, [x, mean, inverse, gamma, beta], [output]);
      partial.dispose();
      return { output, mean, variance, saved: [inverse] };
    },
    batchNormGradient(dy, x, gamma, { output, mean, saved }, { slope }) {
      const inverse = saved[0] as Tensor1D;
      const { plan, perChunk, perChannel, elements } = shapesOf(gpu, x);
      const partial = gpu.output(perChunk);
      const sums = shader(
        plan,
        "batchNormGradientChunks",
        `${slope}`,
        () => chunkSums(plan, slope),
        plan.workgroups,
      );
      gpu.run(sums, [dy, x, output, mean, inverse], [partial]);
      const gradient = {
        input: gpu.output<Tensor4D>(x.shape),
        gamma: gpu.output<Tensor1D>(perChannel),
        beta: gpu.output<Tensor1D>(perChannel),
      };
      const factors = gpu.output([plan.channels, 4]);
      const finish = shader(plan, "batchNormGradientSums", "", () => gradientSums(plan), channelGroups(plan));
      gpu.run(finish, [partial, gamma, mean, inverse], [gradient.gamma, gradient.beta, factors]);
      const apply = shader(
        plan,
        "batchNormGradient",
        `${slope}`,
        () => inputGradient(x.size, plan, slope),
        elements,
      );
      gpu.run(apply, [dy, x, output, factors], [gradient.input]);
      partial.dispose();
      factors.dispose();
      return gradient;
    },
    batchNormInference(x, gamma, beta, mean, variance, options) {
      const { plan, elements } = shapesOf(gpu, x);
      const { epsilon, slope } = options;
      const output = gpu.output<Tensor4D>(x.shape);
      const code = () => inference(x.size, plan, options);
      const apply = shader(plan, "batchNormInference", `${epsilon} ${slope}`, code, elements);
      gpu.run(apply, [x, mean, variance, gamma, beta], [output]);
      return output;
    },
  };
}

type Statistics = [mean: Tensor1D, variance: Tensor1D, inverse: Tensor1D];
type Workgroups = readonly [x: number, y?: number];

const shader = (plan: Reduction, name: string, key: string, code: () => string, workgroups: Workgroups) => ({
  ...{ name, code, workgroups },
  key: `${plan.key} ${key}`,
});

const channelGroups = ({ channels }: Reduction): Workgroups => [Math.ceil(channels / groupSize)];

function shapesOf(gpu: Dispatcher, x: Tensor4D) {
  const channels = x.shape[3];
  const plan = planReduction(x.size / channels, channels);
  const elements: Workgroups = [workgroupsFor(x.size)];
  return { plan, perChunk: [plan.chunks, 2, channels], perChannel: [channels], elements, gpu };
}

/** Mean and sum of squared deviations of a chunk, combined pairwise (Chan, Golub and LeVeque 1979). */
const chunkStatistics = (plan: Reduction) => `
${bindings(["x"], ["partial"])}
${reductionConstants(plan)}
var<workgroup> counts: array<f32, lanes * threads>;
var<workgroup> means: array<f32, lanes * threads>;
var<workgroup> squares: array<f32, lanes * threads>;
${chunkEntry(`
  var count = 0.0;
  var mean = 0.0;
  var square = 0.0;
  if (channel < channels) {
    for (var row = first + local.y; row < end; row += threads) {
      mean += x[row * channels + channel];
      count += 1.0;
    }
    mean /= max(count, 1.0);
    for (var row = first + local.y; row < end; row += threads) {
      let difference = x[row * channels + channel] - mean;
      square += difference * difference;
    }
  }
  counts[slot] = count;
  means[slot] = mean;
  squares[slot] = square;
${combineThreads(`
      let total = counts[slot] + counts[other];
      let share = counts[other] / max(total, 1.0);
      let difference = means[other] - means[slot];
      squares[slot] += squares[other] + difference * difference * counts[slot] * share;
      means[slot] += difference * share;
      counts[slot] = total;`)}
  if (local.y == 0u && channel < channels) {
    partial[(group.y * 2u) * channels + channel] = means[slot];
    partial[(group.y * 2u + 1u) * channels + channel] = squares[slot];
  }`)}`;

const statistics = (plan: Reduction, epsilon: number) => `
${reductionConstants(plan)}
${elementwise(
  plan.channels,
  bindings(["partial"], ["mean", "variance", "inverse"]),
  `
    var count = 0.0;
    var center = 0.0;
    var square = 0.0;
    for (var chunk = 0u; chunk < chunks; chunk++) {
      let added = f32(min(rowsPerChunk, rows - chunk * rowsPerChunk));
      let share = added / (count + added);
      let difference = partial[(chunk * 2u) * channels + index] - center;
      square += partial[(chunk * 2u + 1u) * channels + index] + difference * difference * count * share;
      center += difference * share;
      count += added;
    }
    mean[index] = center;
    variance[index] = square / ${Math.max(plan.rows - 1, 1)}.0;
    inverse[index] = 1.0 / sqrt(square / ${plan.rows}.0 + f32(${epsilon}));`,
)}`;

/** max(value, slope * value), of a name. */
const rectified = (value: string, slope: number) =>
  slope === 1 ? value : `select(f32(${slope}) * ${value}, ${value}, ${value} > 0.0)`;

const normalize = (size: number, { channels }: Reduction, slope: number) =>
  elementwise(
    size,
    bindings(["x", "mean", "inverse", "gamma", "beta"], ["y"]),
    `
    let channel = index % ${channels}u;
    let value = (x[index] - mean[channel]) * inverse[channel] * gamma[channel] + beta[channel];
    y[index] = ${rectified("value", slope)};`,
  );

const inference = (size: number, { channels }: Reduction, { epsilon, slope }: BatchNormOptions) =>
  elementwise(
    size,
    bindings(["x", "mean", "variance", "gamma", "beta"], ["y"]),
    `
    let channel = index % ${channels}u;
    let scale = gamma[channel] / sqrt(variance[channel] + f32(${epsilon}));
    let value = (x[index] - mean[channel]) * scale + beta[channel];
    y[index] = ${rectified("value", slope)};`,
  );

/** What passes the nonlinearity backwards: its output has the sign of its input. */
const opened = (slope: number) =>
  slope === 1 ? "dy[place]" : `select(f32(${slope}) * dy[place], dy[place], output[place] > 0.0)`;

/** Binds the output even where the nonlinearity does not need it: layouts come from what the code uses. */
const outputIsUsed = (slope: number) => (slope === 1 ? "_ = output[place];" : "");

/** Sums over a chunk of the gradient and of its product with the normalized input. */
const chunkSums = (plan: Reduction, slope: number) => `
${bindings(["dy", "x", "output", "mean", "inverse"], ["partial"])}
${reductionConstants(plan)}
var<workgroup> sums: array<vec2f, lanes * threads>;
${chunkEntry(`
  var sum = vec2f(0.0);
  if (channel < channels) {
    for (var row = first + local.y; row < end; row += threads) {
      let place = row * channels + channel;
      ${outputIsUsed(slope)}
      let open = ${opened(slope)};
      sum += vec2f(open, open * (x[place] - mean[channel]) * inverse[channel]);
    }
  }
  sums[slot] = sum;
${combineThreads("      sums[slot] += sums[other];")}
  if (local.y == 0u && channel < channels) {
    partial[(group.y * 2u) * channels + channel] = sums[slot].x;
    partial[(group.y * 2u + 1u) * channels + channel] = sums[slot].y;
  }`)}`;

/** Gradients of gamma and beta, and per channel what the input's gradient needs. */
const gradientSums = (plan: Reduction) => `
${reductionConstants(plan)}
${elementwise(
  plan.channels,
  bindings(["partial", "gamma", "mean", "inverse"], ["dGamma", "dBeta", "factors: array<vec4f>"]),
  `
    var sum = vec2f(0.0);
    for (var chunk = 0u; chunk < chunks; chunk++) {
      sum += vec2f(partial[(chunk * 2u) * channels + index], partial[(chunk * 2u + 1u) * channels + index]);
    }
    dBeta[index] = sum.x;
    dGamma[index] = sum.y;
    let scale = inverse[index];
    factors[index] = vec4f(gamma[index] * scale, mean[index], scale * sum.y / ${plan.rows}.0, sum.x / ${plan.rows}.0);`,
)}`;

/** Ioffe and Szegedy (2015), section 3. */
const inputGradient = (size: number, { channels }: Reduction, slope: number) =>
  elementwise(
    size,
    bindings(["dy", "x", "output", "factors: array<vec4f>"], ["dx"]),
    `
    let place = index;
    let factor = factors[place % ${channels}u];
    ${outputIsUsed(slope)}
    let open = ${opened(slope)};
    dx[place] = factor.x * (open - factor.w - (x[place] - factor.y) * factor.z);`,
  );
