import type { RunConfig } from "./config.js";

/** Layout of records on disk; a reader refuses a version it does not know. */
export const recordVersion = 2;

/** Where and with what a run was trained. */
export interface Environment {
  engine: string;
  /** e.g. "TensorFlow 2.21.0", "wasm SIMD". */
  engineVersion: string;
  tfjs: string;
  node: string;
  /** e.g. "linux x64, AMD EPYC 9554P, 1 of 2 cores". */
  machine: string;
}

/** Metrics at the end of an epoch (and of the last, possibly shorter one). Errors are fractions of 1. */
export interface EpochMetrics {
  epoch: number;
  step: number;
  learningRate: number;
  /** Mean of the epoch's mini-batch losses (cross-entropy in nats, without the penalty). */
  trainLoss: number;
  /** Mean of the epoch's mini-batch errors, in training mode. */
  trainError: number;
  /** On the whole test set; NaN where this epoch was not evaluated. */
  testLoss: number;
  testError: number;
  /** Filters with |gamma| < 1e-3, per layer. */
  deadByScale: number[];
}

export interface LayerSummary {
  name: string;
  filters: number;
  deadByScale: number;
  deadByActivation: number;
}

export interface RunRecord {
  version: typeof recordVersion;
  /** Hash of the canonical configuration; the seed is the level below it. */
  id: string;
  seed: number;
  /** "diverged": the loss stopped being finite; metrics end there. */
  status: "finished" | "diverged";
  config: RunConfig;
  environment: Environment;
  dataset: {
    name: string;
    source: string;
    checksum: string;
    classes: string[];
    trainImages: number;
    /** Images that the run was evaluated on. */
    testImages: number;
    /** Whether they, and so `testLoss` and `testError`, are of the test split or held out of the training images. */
    evaluatedOn: "test" | "validation";
    /** Per-channel statistics of the training images used to normalize the input, in [0, 1]. */
    mean: number[];
    std: number[];
  };
  model: { parameters: number; macs: number; layers: { name: string; filters: number }[] };
  epochs: EpochMetrics[];
  /** When every filter was measured, and on what; the per-filter arrays are in `FilterTable`. */
  probes: {
    steps: number[];
    /** Training images each probe's activations were taken from. */
    images: number[];
    /** Training images that every probe's gradients are a mean over, in mini-batches of the run's size. */
    gradientImages: number;
  };
  final: {
    step: number;
    trainLoss: number;
    testLoss: number;
    testError: number;
    layers: LayerSummary[];
    /** Shares of all filters. */
    deadByScale: number;
    deadByActivation: number;
  };
  timing: {
    /** ISO 8601, UTC. */
    startedAt: string;
    seconds: number;
    /** Of these, in optimizer steps; evaluation; probes. */
    trainSeconds: number;
    evaluationSeconds: number;
    probeSeconds: number;
    millisecondsPerStep: number;
    /** How often it was cut off and went on from a checkpoint. Times add up over all its parts. */
    resumes: number;
  };
}

/**
 * Per-filter measurements, one row per probe and filter, as parallel columns. Floats are rounded as `filters.ts` says,
 * so that they compress.
 */
export interface FilterTable {
  step: Uint32Array;
  layer: Uint8Array;
  filter: Uint16Array;
  /** Scale of the normalization; NaN where there is none. */
  gamma: Float32Array;
  /** Shift of the normalization, or bias where there is none. */
  beta: Float32Array;
  /** Maximum of |activation| over the map and the probed training images. */
  maxActivation: Float32Array;
  /** Share of the probed images whose strongest response is at most 1e-3 of the maximum over all. */
  selectivity: Float32Array;
  /** Euclidean norm of the filter's weights; times lambda it is the norm of an L2 penalty's gradient. */
  weightNorm: Float32Array;
  /** Gradient of the objective (without the penalty) with respect to gamma, the mean over a few mini-batches. */
  gammaGradient: Float32Array;
  /** Euclidean norm of the same mean gradient with respect to the filter's weights. */
  weightGradient: Float32Array;
  /**
   * The optimizer's running mean (or sum) of squared gradients for gamma, as it is stored: without bias
   * correction, and of the gradient that the optimizer sees, an L2 penalty's included. NaN for optimizers without.
   */
  gammaSecondMoment: Float32Array;
  /** The same, the mean over the filter's weights. */
  weightSecondMoment: Float32Array;
}

/** Final state of a network: goes to the cache, never to git. */
export interface ModelWeights {
  /** The flat parameter vector (see `ParameterLayout`). */
  parameters: Float32Array;
  /** Running means, then running variances, of all normalized channels. */
  statistics: Float32Array;
}

/** A finished run as everything downstream (tables, figures, verdicts) takes it. */
export interface Run {
  record: RunRecord;
  filters: FilterTable;
  /** Only with a run that was just trained. */
  weights?: ModelWeights;
}
