import { createHash } from "node:crypto";
import { z } from "zod";
import { UsageError } from "../errors.js";

const positiveInteger = z.int().min(1);
const fraction = z.number().gt(0).lt(1);

const datasetSchema = z.strictObject({
  /** Which images: "synthetic", "cifar10", "cifar100", or the name given to an image folder. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and dashes"),
  /** Which copy: "official", "jpeg", "builtin". */
  source: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .default("official"),
  /** Side of the square images after area-averaging, pixels. */
  size: positiveInteger.max(512).default(32),
  /** Training images kept, the same number of each class, chosen by a fixed seed; all when absent. */
  trainImages: positiveInteger.optional(),
});

const modelSchema = z.strictObject({
  name: z.enum(["basicnet"]).default("basicnet"),
  /** Filters of each convolution. */
  widths: z.array(positiveInteger.max(4096)).min(1),
  activation: z.enum(["relu"]).default("relu"),
  normalization: z.enum(["batch"]).default("batch"),
});

const learningRate = z.number().gt(0).max(100);
const decayRate = z.number().min(0).lt(1);
const epsilon = z.number().gt(0);
const adamConstants = {
  learningRate,
  beta1: decayRate.default(0.9),
  beta2: decayRate.default(0.999),
  epsilon: epsilon.default(1e-8),
};
const optimizerSchema = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("sgd"), learningRate, momentum: decayRate.default(0) }),
  z.strictObject({ name: z.literal("adam"), ...adamConstants }),
  z.strictObject({ name: z.literal("amsgrad"), ...adamConstants }),
  z.strictObject({ name: z.literal("adagrad"), learningRate, epsilon: epsilon.default(1e-10) }),
  z.strictObject({
    name: z.literal("rmsprop"),
    learningRate,
    decay: decayRate.default(0.99),
    epsilon: epsilon.default(1e-8),
  }),
]);

const penaltySchema = z.strictObject({
  /** "l2": lambda * theta is added to the gradient; "decoupled": theta shrinks by (1 - lambda * schedule factor). */
  kind: z.enum(["l2", "decoupled"]).default("l2"),
  /** Multiplies theta itself (PyTorch's `weight_decay`), not 2 * theta. */
  lambda: z.number().min(0).max(1).default(0),
});

const scheduleSchema = z.strictObject({
  /** "step": the learning rate is multiplied by `factor` at each milestone (a share of all steps). */
  name: z.enum(["constant", "step"]).default("constant"),
  milestones: z.array(fraction).default([]),
  factor: z.number().gt(0).max(1).default(0.1),
});

const runConfigSchema = z.strictObject({
  dataset: datasetSchema,
  model: modelSchema,
  optimizer: optimizerSchema,
  penalty: penaltySchema.prefault({}),
  schedule: scheduleSchema.prefault({}),
  batchSize: positiveInteger.max(65536).default(40),
  /** Optimizer steps. */
  steps: positiveInteger,
});

/** Everything that decides a run's result but its seed. All defaults filled in. */
export type RunConfig = z.output<typeof runConfigSchema>;
/** What a caller writes: defaults may be left out. */
export type RunConfigInput = z.input<typeof runConfigSchema>;

/** Fills in defaults and checks every field. Throws `UsageError` naming the field, what it was and what it may be. */
export function parseRunConfig(input: unknown): RunConfig {
  const result = runConfigSchema.safeParse(input);
  if (!result.success) {
    const problems = result.error.issues.map(
      ({ path, message }) => `${path.join(".") || "config"}: ${message}`,
    );
    throw new UsageError(`Run configuration is not valid: ${problems.join("; ")}. Correct it and run again.`);
  }
  const config = result.data;
  if (config.penalty.lambda === 0) config.penalty = penaltySchema.parse({});
  const { name, milestones } = config.schedule;
  if (name === "constant" || milestones.length === 0) config.schedule = scheduleSchema.parse({});
  return config;
}

/**
 * The canonical text of a configuration: JSON with keys sorted and every key left out whose absence means the
 * same. A new option with a no-op default therefore changes no old id.
 */
export function canonicalText(input: RunConfigInput): string {
  const config = parseRunConfig(input);
  return JSON.stringify(sortKeys(withoutDefaults(config)));
}

/** First 12 hex digits of the sha256 of the canonical text: the run's name on disk, its seed a level below. */
export function runId(input: RunConfigInput): string {
  return createHash("sha256").update(canonicalText(input)).digest("hex").slice(0, 12);
}

type Json = { [key: string]: unknown };

function withoutDefaults(config: RunConfig): Json {
  const { dataset, model, optimizer, steps } = config;
  const required = {
    dataset: { name: dataset.name },
    model: { widths: model.widths },
    optimizer: { name: optimizer.name, learningRate: optimizer.learningRate },
    steps,
  };
  return merge(required, difference(config, runConfigSchema.parse(required)));
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The parts of `value` that are not in `reference`, empty objects dropped. */
function difference(value: Json, reference: Json): Json {
  const result: Json = {};
  for (const [key, item] of Object.entries(value)) {
    const other = reference[key];
    if (item === undefined || JSON.stringify(item) === JSON.stringify(other)) continue;
    result[key] = isObject(item) && isObject(other) ? difference(item, other) : item;
  }
  return result;
}

function merge(base: Json, extra: Json): Json {
  const result: Json = { ...base };
  for (const [key, item] of Object.entries(extra)) {
    const other = result[key];
    result[key] = isObject(item) && isObject(other) ? merge(other, item) : item;
  }
  return result;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key])]),
  );
}
