import type { ModelWeights } from "../models/weights.js";
import type { FilterTable } from "../sparsity/filter-table.js";
import type { RunConfig } from "./config.js";

/** Layout of records on disk; a reader refuses a version it does not know. */
export const recordVersion = 2;

/** Where and with what a run was trained. */
export interface Environment {
  engine: string;
  /** e.g. "TensorFlow 2.21.0", "wasm SIMD". */
  engineVersion: string;
  /** Kernels that convolved, e.g. "native 1 (avx2)", "TensorFlow's"; records of before they were told apart lack it. */
  kernels?: string;
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

/** A finished run as everything downstream (tables, figures, verdicts) takes it. */
export interface Run {
  record: RunRecord;
  filters: FilterTable;
  /** Only with a run that was just trained. */
  weights?: ModelWeights;
}
