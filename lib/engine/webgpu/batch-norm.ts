import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Ops } from "../ops.js";
import { type Dispatcher, elementwise, workgroupsFor } from "./dispatch.js";
import { chunkReduction, planReduction, type Reduction, reductionSizes, sizesOf } from "./reduction.js";

type BatchNormOps = Pick<Ops, "batchNorm" | "batchNormGradient" | "batchNormInference">;

/** Batch normalization with its nonlinearity, three shaders each way: chunks of rows, channels, elements. */
export function batchNormOps(gpu: Dispatcher): BatchNormOps {
  /** One shader over the chunks of a reduction; its result is [chunks, 2, channels]. */
  const overChunks = (
    name: string,
    plan: Reduction,
    code: () => string,
    reads: Tensor[],
    slope: number[],
  ) => {
    const partial = gpu.output([plan.chunks, 2, plan.channels]);
    const shader = { name, key: `${plan.lanes}`, code, workgroups: plan.workgroups };
    gpu.run(shader, reads, [partial], { sizes: sizesOf(plan), numbers: slope });
    return partial;
  };
  /** One shader over channels; takes the chunks' results first. */
  const overChannels = (
    name: string,
    plan: Reduction,
    code: string,
    [reads, writes, numbers]: [Tensor[], Tensor[], number[]],
  ) => {
    const shader = { name, code: () => code, workgroups: workgroupsFor(plan.channels) };
    gpu.run(shader, reads, writes, { sizes: [plan.channels, ...sizesOf(plan)], numbers });
  };
  /** One shader over the values of images. */
  const overElements = (name: string, code: string, reads: Tensor[], x: Tensor4D, numbers: number[]) => {
    const output = gpu.output<Tensor4D>(x.shape);
    const shader = { name, code: () => code, workgroups: workgroupsFor(x.size) };
    gpu.run(shader, reads, [output], { sizes: [x.size, x.shape[3]], numbers });
    return output;
  };
  const perChannel = <T extends string>(x: Tensor4D, ...names: T[]) =>
    Object.fromEntries(names.map((name) => [name, gpu.output([x.shape[3]])])) as Record<T, Tensor1D>;

  return {
    batchNorm(x, gamma, beta, { epsilon, slope }) {
      const plan = planOf(x);
      const partial = overChunks("batchNormChunks", plan, () => chunkStatistics(plan), [x], []);
      const { mean, variance, inverse } = perChannel(x, "mean", "variance", "inverse");
      const io: [Tensor[], Tensor[], number[]] = [[partial], [mean, variance, inverse], [epsilon]];
      overChannels("batchNormStatistics", plan, statistics, io);
      partial.dispose();
      const output = overElements("batchNorm", normalize, [x, mean, inverse, gamma, beta], x, [slope]);
      return { output, mean, variance, saved: [inverse] };
    },
    batchNormGradient(dy, x, gamma, { output, mean, saved }, { slope }) {
      const inverse = saved[0] as Tensor1D;
      const plan = planOf(x);
      const reads = [dy, x, output, mean, inverse];
      const partial = overChunks("batchNormGradientChunks", plan, () => chunkSums(plan), reads, [slope]);
      const gradient = perChannel(x, "gamma", "beta");
      const factors = gpu.output([plan.channels, 4]);
      const writes = [gradient.gamma, gradient.beta, factors];
      overChannels("batchNormGradientSums", plan, gradientSums, [
        [partial, gamma, mean, inverse],
        writes,
        [],
      ]);
      const input = overElements("batchNormGradient", inputGradient, [dy, x, output, factors], x, [slope]);
      partial.dispose();
      factors.dispose();
      return { input, ...gradient };
    },
    batchNormInference: (x, gamma, beta, mean, variance, { epsilon, slope }) =>
      overElements("batchNormInference", inference, [x, mean, variance, gamma, beta], x, [epsilon, slope]),
  };
}

const planOf = (x: Tensor4D) => planReduction(x.size / x.shape[3], x.shape[3]);

/** Writes two results of a chunk. */
const writeChunk = (first: string, second: string) => `
    partial[(chunk * 2u) * channels + channel] = ${first};
    partial[(chunk * 2u + 1u) * channels + channel] = ${second};`;

/** Mean and sum of squared deviations of a chunk, combined pairwise (Chan, Golub and LeVeque 1979). */
const chunkStatistics = (plan: Reduction) =>
  chunkReduction(
    plan,
    { reads: ["x"], writes: ["partial"] },
    {
      memory: `
var<workgroup> counts: array<f32, slots>;
var<workgroup> means: array<f32, slots>;
var<workgroup> squares: array<f32, slots>;`,
      body: `
  var count = 0.0;
  var mean = 0.0;
  var square = 0.0;
  for (var row = first; row < end; row += rowsAtOnce) {
    mean += x[row * channels + channel];
    count += 1.0;
  }
  mean /= max(count, 1.0);
  for (var row = first; row < end; row += rowsAtOnce) {
    let difference = x[row * channels + channel] - mean;
    square += difference * difference;
  }
  counts[slot] = count;
  means[slot] = mean;
  squares[slot] = square;`,
      combine: `
      let total = counts[slot] + counts[other];
      let share = counts[other] / max(total, 1.0);
      let difference = means[other] - means[slot];
      squares[slot] += squares[other] + difference * difference * counts[slot] * share;
      means[slot] += difference * share;
      counts[slot] = total;`,
      finish: writeChunk("means[slot]", "squares[slot]"),
    },
  );

/** Combines the chunks' means and squared deviations in the same way. */
const statistics = elementwise(
  {
    reads: ["partial"],
    writes: ["mean", "variance", "inverse"],
    sizes: reductionSizes,
    numbers: ["epsilon"],
  },
  `
    let channels = constants.channels;
    let rowsPerChunk = constants.rowsPerChunk;
    let rows = f32(constants.rows);
    var count = 0.0;
    var center = 0.0;
    var square = 0.0;
    for (var chunk = 0u; chunk < constants.chunks; chunk++) {
      let added = f32(min(rowsPerChunk, constants.rows - chunk * rowsPerChunk));
      let share = added / (count + added);
      let difference = partial[(chunk * 2u) * channels + index] - center;
      square += partial[(chunk * 2u + 1u) * channels + index] + difference * difference * count * share;
      center += difference * share;
      count += added;
    }
    mean[index] = center;
    variance[index] = square / max(rows - 1.0, 1.0);
    inverse[index] = 1.0 / sqrt(square / rows + constants.epsilon);`,
);

const normalize = elementwise(
  {
    reads: ["x", "mean", "inverse", "gamma", "beta"],
    writes: ["y"],
    sizes: ["channels"],
    numbers: ["slope"],
  },
  `
    let channel = index % constants.channels;
    let value = (x[index] - mean[channel]) * inverse[channel] * gamma[channel] + beta[channel];
    y[index] = select(constants.slope * value, value, value > 0.0);`,
);

const inference = elementwise(
  {
    reads: ["x", "mean", "variance", "gamma", "beta"],
    writes: ["y"],
    sizes: ["channels"],
    numbers: ["epsilon", "slope"],
  },
  `
    let channel = index % constants.channels;
    let scale = gamma[channel] / sqrt(variance[channel] + constants.epsilon);
    let value = (x[index] - mean[channel]) * scale + beta[channel];
    y[index] = select(constants.slope * value, value, value > 0.0);`,
);

/** What passes the nonlinearity backwards: its output has the sign of its input. */
const opened = (place: string) =>
  `select(constants.slope * dy[${place}], dy[${place}], output[${place}] > 0.0)`;

/** Sums over a chunk of the gradient and of its product with the normalized input. */
const chunkSums = (plan: Reduction) =>
  chunkReduction(
    plan,
    { reads: ["dy", "x", "output", "mean", "inverse"], writes: ["partial"], numbers: ["slope"] },
    {
      memory: "var<workgroup> sums: array<vec2f, slots>;",
      body: `
  var sum = vec2f(0.0);
  for (var row = first; row < end; row += rowsAtOnce) {
    let place = row * channels + channel;
    let open = ${opened("place")};
    sum += vec2f(open, open * (x[place] - mean[channel]) * inverse[channel]);
  }
  sums[slot] = sum;`,
      combine: "      sums[slot] += sums[other];",
      finish: writeChunk("sums[slot].x", "sums[slot].y"),
    },
  );

/** Gradients of gamma and beta, and per channel what the input's gradient needs. */
const gradientSums = elementwise(
  {
    reads: ["partial", "gamma", "mean", "inverse"],
    writes: ["dGamma", "dBeta", "factors: array<vec4f>"],
    sizes: reductionSizes,
  },
  `
    let channels = constants.channels;
    let rows = f32(constants.rows);
    var sum = vec2f(0.0);
    for (var chunk = 0u; chunk < constants.chunks; chunk++) {
      sum += vec2f(partial[(chunk * 2u) * channels + index], partial[(chunk * 2u + 1u) * channels + index]);
    }
    dBeta[index] = sum.x;
    dGamma[index] = sum.y;
    let scale = inverse[index];
    factors[index] = vec4f(gamma[index] * scale, mean[index], scale * sum.y / rows, sum.x / rows);`,
);

/** Ioffe and Szegedy (2015), section 3. */
const inputGradient = elementwise(
  {
    reads: ["dy", "x", "output", "factors: array<vec4f>"],
    writes: ["dx"],
    sizes: ["channels"],
    numbers: ["slope"],
  },
  `
    let factor = factors[index % constants.channels];
    let open = ${opened("index")};
    dx[index] = factor.x * (open - factor.w - (x[index] - factor.y) * factor.z);`,
);
