import { z } from "zod";

/** Layout of records on disk; a reader refuses a version it does not know. */
export const recordVersion = 2;

/** JSON has no NaN or infinity: both are written as null, and null is read as NaN (a diverged run's loss). */
const measure = (inner: z.ZodNumber) => inner.nullable().transform((value) => value ?? Number.NaN);
/** What a mean of float32 values can be; `JSON.parse` takes 1e308. */
const float32 = z.number().min(-3.5e38).max(3.5e38);
/** Mean cross-entropy, nats, without the penalty. */
const loss = measure(float32.min(0));
/** Of 1. */
const share = z.number().min(0).max(1);
const error = measure(share);
const count = z.int().min(0);
const some = z.int().min(1);
const seconds = z.number().min(0).max(1e12);

/** Where and with what a run was trained. */
const environment = z.object({
  engine: z.string(),
  /** e.g. "TensorFlow 2.21.0", "wasm SIMD". */
  engineVersion: z.string(),
  /** Kernels that convolved, e.g. "native 1 (avx2)", "TensorFlow's"; records of before they were told apart lack it. */
  kernels: z.string().optional(),
  tfjs: z.string(),
  node: z.string(),
  /** e.g. "linux x64, AMD EPYC 9554P, 1 of 2 cores". */
  machine: z.string(),
});

/** Metrics at the end of an epoch (and of the last, possibly shorter one). Errors are fractions of 1. */
const epoch = z.object({
  epoch: z.number().min(0),
  step: some,
  learningRate: float32.min(0),
  /** Mean of the epoch's mini-batch losses. */
  trainLoss: loss,
  /** Mean of the epoch's mini-batch errors, in training mode. */
  trainError: error,
  /** On all images that the run is evaluated on; NaN where this epoch was not evaluated. */
  testLoss: loss,
  testError: error,
  /** Filters with |gamma| < 1e-3, per layer. */
  deadByScale: z.array(count),
});

/** A correlation or a cosine. */
const likeness = measure(z.number().min(-1.001).max(1.001));

/**
 * Filters of a layer that do what another one does, at the end of training. Layers whose channels are summed with others' have
 * none: what passes there is no single filter's.
 */
const layerCopies = z.object({
  name: z.string(),
  /** Active by activation. */
  active: count,
  /** Of these, copies by the correlation of activations over all training images and positions, at each threshold. */
  byActivation: z.array(count),
  /** The same by the cosine of incoming weights with gamma's sign. */
  byWeights: z.array(count),
  /** Likeness of an active filter with the one most like it in the layer, the mean over them, by both; NaN of a single filter. */
  nearest: z.object({ byActivation: likeness, byWeights: likeness }),
});

const copies = z.object({
  thresholds: z.array(z.number()).min(1),
  layers: z.array(layerCopies),
  /** Loss and error, on the images that the run is evaluated on, with copies by activation merged, at each threshold. */
  merged: z.array(z.object({ testLoss: loss, testError: error })),
});

const layerSummary = z.object({
  name: z.string(),
  filters: some,
  deadByScale: count,
  deadByActivation: count,
});

/** Filters left in each layer from a step on. */
const cut = z.object({ step: some, filters: z.array(some) });

/** Everything in a record but its configuration, which has a schema of its own. */
export const recordShape = {
  version: z.literal(recordVersion),
  /** Hash of the canonical configuration; the seed is the level below it. */
  id: z.string(),
  seed: count,
  /** "diverged": the loss stopped being finite; metrics end there. */
  status: z.enum(["finished", "diverged"]),
  environment,
  dataset: z.object({
    name: z.string(),
    source: z.string(),
    checksum: z.string(),
    classes: z.array(z.string()).min(1),
    trainImages: some,
    /** Images that the run was evaluated on. */
    testImages: some,
    /** Whether they, and so `testLoss` and `testError`, are of the test split or held out of the training images. */
    evaluatedOn: z.enum(["test", "validation"]).default("test"),
    /** Per-channel statistics of the training images used to normalize the input, in [0, 1]. */
    mean: z.array(float32),
    std: z.array(float32.min(0)),
  }),
  model: z.object({
    parameters: some,
    macs: some,
    layers: z.array(z.object({ name: z.string(), filters: some })).min(1),
  }),
  epochs: z.array(epoch).min(1),
  /** When every filter was measured, and on what; the per-filter arrays are in `FilterTable`. */
  probes: z.object({
    steps: z.array(count).min(1),
    /** Training images each probe's activations were taken from. */
    images: z.array(some),
    /** Training images that every probe's gradients are a mean over, in mini-batches of the run's size. */
    gradientImages: count,
  }),
  /** Of a run whose dead filters were cut out as it trained: every cut. What was cut counts as inactive by both measures. */
  cuts: z.array(cut).optional(),
  final: z.object({
    step: some,
    trainLoss: loss,
    testLoss: loss,
    testError: error,
    layers: z.array(layerSummary),
    /** Shares of all filters. */
    deadByScale: share,
    deadByActivation: share,
    /** Records of before copies were counted, and diverged runs, have none. */
    copies: copies.optional(),
  }),
  timing: z.object({
    /** ISO 8601, UTC. */
    startedAt: z.iso.datetime(),
    seconds,
    /** Of these, in optimizer steps; evaluation; probes. */
    trainSeconds: seconds,
    evaluationSeconds: seconds,
    probeSeconds: seconds,
    /** In cutting dead filters out, where that was done. */
    cutSeconds: seconds.optional(),
    millisecondsPerStep: measure(seconds),
    /** How often it was cut off and went on from a checkpoint. Times add up over all its parts. */
    resumes: count.default(0),
  }),
};

export type Environment = z.output<typeof environment>;
export type EpochMetrics = z.output<typeof epoch>;
export type Cut = z.output<typeof cut>;
export type Copies = z.output<typeof copies>;
export type LayerSummary = z.output<typeof layerSummary>;
type RecordShape = z.ZodObject<typeof recordShape>;
export interface RecordParts extends z.output<RecordShape> {}
