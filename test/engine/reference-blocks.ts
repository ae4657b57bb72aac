import type { Activation } from "../../lib/engine/activation.js";
import { type Normalization, rectifierGradient, type Volume } from "./reference.js";

/** x + bias behind a rectifier. */
export function addBias(x: Volume, bias: Volume, slope: number): Volume {
  const channels = bias.data.length;
  return map(x, (value, index) => {
    const sum = value + bias.data[index % channels]!;
    return sum > 0 ? sum : slope * sum;
  });
}

export function addBiasGradients(dy: Volume, y: Volume, slope: number) {
  const input = rectifierGradient(dy, y, slope);
  return { input, bias: channelSums(input) };
}

/** Group normalization and rectifier, its definition value by value. */
export function groupNorm(
  x: Volume,
  gamma: Volume,
  beta: Volume,
  groups: number,
  { epsilon, slope }: Normalization,
) {
  const channels = gamma.data.length;
  const size = channels / groups;
  const [images, height, width] = x.shape as [number, number, number, number];
  const normalized = new Float64Array(x.data.length);
  const inverse = new Float64Array(x.data.length);
  const members: number[][] = [];
  for (let image = 0; image < images; image++)
    for (let group = 0; group < groups; group++) {
      const indices: number[] = [];
      for (let pixel = 0; pixel < height * width; pixel++)
        for (let channel = group * size; channel < (group + 1) * size; channel++)
          indices.push((image * height * width + pixel) * channels + channel);
      members.push(indices);
      const mean = average(indices, (index) => x.data[index]!);
      const variance = average(indices, (index) => (x.data[index]! - mean) ** 2);
      for (const index of indices) {
        inverse[index] = 1 / Math.sqrt(variance + epsilon);
        normalized[index] = (x.data[index]! - mean) * inverse[index];
      }
    }
  const output = map(x, (_, index) => {
    const c = index % channels;
    const value = normalized[index]! * gamma.data[c]! + beta.data[c]!;
    return value > 0 ? value : slope * value;
  });
  return { output, normalized, inverse, members };
}

/** Chain rule over each group's values. */
export function groupNormGradients(
  dy: Volume,
  x: Volume,
  gamma: Volume,
  beta: Volume,
  groups: number,
  options: Normalization,
) {
  const channels = gamma.data.length;
  const { output, normalized, inverse, members } = groupNorm(x, gamma, beta, groups, options);
  const open = rectifierGradient(dy, output, options.slope);
  const scaled = open.data.map((value, index) => value * gamma.data[index % channels]!);
  const dx = new Float64Array(x.data.length);
  for (const group of members) {
    const mean = average(group, (index) => scaled[index]!);
    const projection = average(group, (index) => scaled[index]! * normalized[index]!);
    for (const index of group) {
      dx[index] = inverse[index]! * (scaled[index]! - mean - normalized[index]! * projection);
    }
  }
  return {
    x: { data: dx, shape: x.shape },
    gamma: channelSums(
      map(open, (value, index) => value * normalized[index]!),
      channels,
    ),
    beta: channelSums(open, channels),
  };
}

/** The nonlinearity and its derivative. */
export function activation(x: Volume, of: Activation): { y: Volume; derivative: Volume } {
  const rule = rules[of.name](of.name === "leaky-relu" ? of.negativeSlope : 0);
  return { y: map(x, (value) => rule(value)[0]), derivative: map(x, (value) => rule(value)[1]) };
}

type Rule = (x: number) => [value: number, derivative: number];

const rectifier =
  (slope: number): Rule =>
  (x) =>
    x > 0 ? [x, 1] : [slope * x, slope];

const rules: Record<Activation["name"], (slope: number) => Rule> = {
  relu: () => rectifier(0),
  "leaky-relu": rectifier,
  elu: () => (x) => (x > 0 ? [x, 1] : [Math.expm1(x), Math.exp(x)]),
  gelu: () => (x) => {
    const share = (1 + errorFunction(x / Math.SQRT2)) / 2;
    return [x * share, share + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI)];
  },
  silu: () => (x) => {
    const share = 1 / (1 + Math.exp(-x));
    return [x * share, share * (1 + x * (1 - share))];
  },
};

/** By the series of Abramowitz and Stegun, 7.1.6, whose terms all have one sign. */
function errorFunction(x: number): number {
  let term = x;
  let sum = 0;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    sum += term;
    term *= (2 * x * x) / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const map = ({ data, shape }: Volume, change: (value: number, index: number) => number): Volume => ({
  data: data.map(change),
  shape,
});

function channelSums({ data, shape }: Volume, channels = shape.at(-1)!): Volume {
  const sums = new Float64Array(channels);
  for (const [index, value] of data.entries()) sums[index % channels]! += value;
  return { data: sums, shape: [channels] };
}

function average(indices: number[], of: (index: number) => number): number {
  return indices.reduce((sum, index) => sum + of(index), 0) / indices.length;
}
