import { readFileSync } from "node:fs";
import { endianness } from "node:os";
import { fileURLToPath } from "node:url";
import type { Shape4D } from "../../lib/engine/ops.js";
import type { ParameterRole } from "../../lib/models/layout.js";
import type { RunConfigInput } from "../../lib/runs/config.js";

/** Reference values of PyTorch in float64, made by test/fixtures/make_fixtures.py, which says what they are. */

/** A tensor of a fixture: images NHWC, convolution weights [h, w, in, out], dense weights [in, out]. */
export interface FixtureTensor<Shape extends number[] = number[]> {
  shape: Shape;
  data: Float32Array;
}
export type Vector = FixtureTensor<[number]>;
type Matrix = FixtureTensor<[number, number]>;
type Images = FixtureTensor<Shape4D>;

interface Gradient<T> {
  x: T;
  dx: T;
}

export interface BlocksFixture {
  convolution: (Gradient<Images> & {
    stride: number;
    filter: Images;
    y: Images;
    dy: Images;
    dfilter: Images;
  })[];
  batchNorm: (Gradient<Images> & {
    activation: "relu" | "none";
    epsilon: number;
    gamma: Vector;
    beta: Vector;
    y: Images;
    mean: Vector;
    /** With Bessel's correction. */
    variance: Vector;
    dy: Images;
    dgamma: Vector;
    dbeta: Vector;
    givenMean: Vector;
    givenVariance: Vector;
    /** Output for the given mean and variance. */
    inference: Images;
  })[];
  relu: (Gradient<Images> & { y: Images; dy: Images })[];
  /** With ties the first of the equal values gets the gradient. */
  maxPool: (Gradient<Images> & { ties: boolean; y: Images; dy: Images })[];
  globalAveragePool: (Gradient<Images> & { y: Matrix; dy: Matrix })[];
  softmaxCrossEntropy: { labels: number[]; loss: number; logits: Matrix; dlogits: Matrix }[];
}

/** By names such as "C1/weight", "C1/gamma", "C1/beta", "FC/weight", "FC/bias". */
export type FixtureParameters = Record<string, FixtureTensor>;

export interface BasicNetTrajectory {
  optimizer:
    | { name: "sgd"; lr: number }
    | { name: "momentum"; lr: number; momentum: number }
    | { name: "adam"; lr: number; betas: [number, number]; eps: number };
  penalty: { kind: "none" | "l2" | "decoupled"; lambda: number };
  /** "step": the factor holds from the first step after `milestone` steps. */
  schedule: { name: "constant" | "step"; milestone: number; factor: number };
  /** Share of its initial norm at which every filter's weights are held. */
  filterNorm?: number;
  /** Mean cross-entropy of each step's batch, before the step. */
  losses: number[];
  /** After 1, 10 and 50 steps. */
  parameters: Record<"1" | "10" | "50", FixtureParameters>;
}

/** What a network computes. Of one without batch normalization the statistics are empty. */
export interface NetworkFixture {
  input: [height: number, width: number, channels: number];
  classes: number;
  initial: FixtureParameters;
  /** Step t (from 0) takes batch t % batches.length. */
  batches: { images: Images; labels: number[] }[];
  /** Forward and backward of batch 0 at the initial parameters. */
  onePass: {
    loss: number;
    logits: Matrix;
    gradients: FixtureParameters;
    /** Variances with Bessel's correction. */
    batchStatistics: { mean: Vector; variance: Vector }[];
    /** After this step, from mean 0 and variance 1, with momentum 0.1. */
    runningStatistics: { mean: Vector; variance: Vector }[];
    /** The same batch afterwards, with the running statistics. */
    evaluation: { loss: number; logits: Matrix };
  };
  trajectories: BasicNetTrajectory[];
}

export interface BasicNetFixture extends NetworkFixture {
  widths: number[];
}

export interface NetworksFixture {
  /** `model` is that of a run's configuration. */
  cases: (NetworkFixture & { model: { name: string; activation?: string; normalization?: string } })[];
}

export interface OptimizersFixture {
  lambda: number;
  start: number[];
  /** Of the objective, one vector a step. */
  gradients: number[][];
  cases: {
    rule:
      | "sgd"
      | "momentum"
      | "nesterov"
      | "adam"
      | "amsgrad"
      | "adamax"
      | "adagrad"
      | "adadelta"
      | "rmsprop"
      | "rmsprop+momentum"
      | "adamw"
      | "nadam"
      | "lion";
    /**
     * "torch": PyTorch's own weight_decay, which is L2, but for AdamW theta *= 1 - lr * lambda before the step;
     * "decoupled": after the step theta *= 1 - lambda.
     */
    penalty: "none" | "torch" | "decoupled";
    constants: TorchConstants;
    /** The vector after 1, 2, 3, 5, 10, 20 and 50 steps. */
    parameters: Record<string, number[]>;
  }[];
}

/** As torch.optim names them. */
export type TorchConstants = Record<string, number | boolean | number[]>;

/** Named parameters of a small network under penalties of some of them. */
export interface GroupsFixture {
  start: FixtureParameters;
  /** Of the objective, one set a step. */
  gradients: FixtureParameters[];
  constants: Record<"adam" | "sgd" | "lion", TorchConstants> & {
    muon: { lr: number; momentum: number; adam: TorchConstants };
  };
  cases: {
    rule: "adam" | "sgd" | "lion" | "muon";
    /** Of PyTorch's Muon. */
    options: { nesterov?: boolean; adjust_lr_fn?: "match_rms_adamw" };
    /** As a run's configuration has it, but that `l1` is its `l1Gamma`; shares in `during` are of 50 steps. */
    penalty: Omit<NonNullable<RunConfigInput["penalty"]>, "l1Gamma" | "on"> & {
      on?: ParameterRole[];
      l1?: number;
    };
    /** After 1, 10 and 50 steps. */
    parameters: Record<string, FixtureParameters>;
  }[];
}

export interface SchedulesFixture {
  steps: number;
  cases: {
    /** As a run's configuration has it. */
    schedule: Record<string, unknown>;
    /** Of PyTorch's scheduler at every step. */
    factors: number[];
  }[];
}

interface Fixtures {
  blocks: BlocksFixture;
  basicnet: BasicNetFixture;
  networks: NetworksFixture;
  groups: GroupsFixture;
  optimizers: OptimizersFixture;
  schedules: SchedulesFixture;
}

/** Reads a fixture, its tensors filled in. */
export function loadFixture<Name extends keyof Fixtures>(name: Name): Fixtures[Name] {
  const path = (extension: string) =>
    fileURLToPath(new URL(`../fixtures/${name}.${extension}`, import.meta.url));
  let floats: Float32Array | undefined;
  const values = () => {
    if (endianness() !== "LE") throw new Error("Fixtures are little-endian; this machine is not.");
    floats ??= new Float32Array(new Uint8Array(readFileSync(path("f32"))).buffer);
    return floats;
  };
  return JSON.parse(readFileSync(path("json"), "utf8"), (_key, value) => {
    if (!isPlace(value)) return value;
    const size = value.shape.reduce((product, side) => product * side, 1);
    return { shape: value.shape, data: values().slice(value.offset, value.offset + size) };
  });
}

function isPlace(value: unknown): value is { shape: number[]; offset: number } {
  return typeof value === "object" && value !== null && "shape" in value && "offset" in value;
}

/** Largest difference relative to the largest expected value: the project's measure of agreement. */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) {
    throw new Error(`Lengths differ: ${actual.length} and ${expected.length}.`);
  }
  let difference = 0;
  let scale = 0;
  for (let index = 0; index < expected.length; index++) {
    const gap = Math.abs(actual[index]! - expected[index]!);
    if (!(gap <= difference)) difference = gap;
    scale = Math.max(scale, Math.abs(expected[index]!));
  }
  return difference === 0 ? 0 : difference / Math.max(scale, Number.MIN_VALUE);
}
