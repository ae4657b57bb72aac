import { z } from "zod";
import { datasetSchema } from "../../datasets/config.js";
import { UsageError } from "../../errors.js";
import { positiveInteger } from "../../fields.js";
import { modelSchema, normalizeModel } from "../../models/config.js";
import { checkNormalizations } from "../../models/single-value.js";
import { optimizerSchema } from "../../optimizers/config.js";
import { checkMoments, normalizePenalty, penaltySchema } from "../../optimizers/penalty-config.js";
import { normalizeSchedule, scheduleSchema } from "../../training/schedule-config.js";
import { type Start, type StartInput, startSchema } from "./start.js";

/** All but where a run begins. */
const ownSchema = z.strictObject({
  dataset: datasetSchema,
  model: modelSchema,
  optimizer: optimizerSchema,
  penalty: penaltySchema.prefault({}),
  schedule: scheduleSchema.prefault({}),
  batchSize: positiveInteger.max(65536).default(40),
  /** Optimizer steps. */
  steps: positiveInteger,
  /**
   * Share of its initial norm to which the weights of every convolution's filter are rescaled: at the start, and after every
   * step. Default: they are not.
   */
  filterNorm: z.number().gt(0).max(10).optional(),
  /**
   * Dead filters are cut out as the network trains, in a look every so many steps: those that no gradient reached since the
   * look before (see `DeadCutter`). Default: they are not.
   */
  cutDead: z.strictObject({ every: positiveInteger }).optional(),
});
const runConfigSchema = ownSchema.extend({ start: startSchema.optional() });

/** Everything that decides a run's result but its seed. All defaults filled in. */
export interface RunConfig extends z.output<typeof ownSchema> {
  /** Of a run that begins where another ended; `model` is the other's, before anything is cut. */
  start?: Start<RunConfig>;
}
/** What a caller writes: defaults may be left out. */
export interface RunConfigInput extends z.input<typeof ownSchema> {
  start?: StartInput<RunConfigInput> | undefined;
}

/**
 * Fills in defaults and checks every field. Throws `UsageError` naming the field, what it was and what it may be. What
 * it returns is frozen, since an id names it; given such a one, it returns it as it is.
 */
export function parseRunConfig(input: unknown): RunConfig {
  if (isParsed(input)) return input;
  const result = runConfigSchema.safeParse(input);
  if (!result.success) {
    const problems = result.error.issues.map(
      ({ path, message }) => `${path.join(".") || "config"}: ${message}`,
    );
    throw new UsageError(`Run configuration is not valid: ${problems.join("; ")}. Correct it and run again.`);
  }
  const { start, ...data } = result.data;
  const model = normalizeModel(data.model);
  checkNormalizations(model, { side: data.dataset.size, batch: data.batchSize });
  checkMoments(data.penalty, data.optimizer);
  checkCutting(result.data, model);
  const config: RunConfig = frozen({
    ...data,
    model,
    penalty: normalizePenalty(data.penalty),
    schedule: normalizeSchedule(data.schedule),
    ...(start && { start: { ...start, run: parentOf(start.run, model) } }),
  });
  parsed.add(config);
  return config;
}

/** Refuses what cannot be trained with filters cut out on the way. */
function checkCutting(
  { cutDead, steps, optimizer, filterNorm, start }: z.output<typeof runConfigSchema>,
  { activation, normalization }: RunConfig["model"],
): void {
  if (!cutDead) return;
  const cannot = [
    ...(activation === "relu" ? [] : [`activation "${activation}", behind which no filter falls silent`]),
    ...(normalization === "batch" || normalization === "none"
      ? []
      : [`${normalization} normalization, in which every channel changes the others`]),
    ...(optimizer.name === "muon" ? ["Muon, whose step is of whole matrices"] : []),
    ...(filterNorm === undefined ? [] : ["weights held at a norm"]),
    ...(start ? ["a start from another run"] : []),
  ];
  if (cannot.length > 0)
    throw new UsageError(
      `cutDead does not go with ${cannot.join(", nor with ")}. Leave it out, or expected: ReLU, batch normalization or none, an optimizer that steps each parameter by itself, initial weights.`,
    );
  if (cutDead.every >= steps)
    throw new UsageError(
      `cutDead.every is ${cutDead.every}, and the run has ${steps} steps: nothing would ever be cut. Expected fewer.`,
    );
}

function parentOf(input: unknown, model: RunConfig["model"]): RunConfig {
  const parent = parseRunConfig(input);
  if (JSON.stringify(sortKeys(parent.model)) !== JSON.stringify(sortKeys(model)))
    throw new UsageError(
      "start.run has another model than the run that begins with it. Give both the same: widths as they are before anything is cut.",
    );
  return parent;
}

/** Configurations that were checked; they are frozen, so they stay valid. */
const parsed = new WeakSet<object>();

const isParsed = (input: unknown): input is RunConfig =>
  typeof input === "object" && input !== null && parsed.has(input);

function frozen<T extends object>(value: T): T {
  for (const item of Object.values(value)) if (typeof item === "object" && item !== null) frozen(item);
  return Object.freeze(value);
}

/**
 * The canonical text of a configuration: JSON with keys sorted and every key left out whose absence means the
 * same. A new option with a no-op default therefore changes no old id.
 */
export function canonicalText(input: RunConfigInput): string {
  const config = parseRunConfig(input);
  return JSON.stringify(sortKeys(withoutDefaults(config)));
}

type Json = { [key: string]: unknown };

function withoutDefaults({ start, ...config }: RunConfig): Json {
  const { dataset, model, optimizer, steps } = config;
  const required = {
    dataset: { name: dataset.name },
    model: { widths: model.widths },
    optimizer: { name: optimizer.name, learningRate: optimizer.learningRate },
    steps,
  };
  const text = merge(required, difference(config, defaultsLike(required)));
  if (!start) return text;
  const { weights, budget, prune, run } = start;
  const changed = difference({ weights, budget }, startSchema.parse({ prune, run }));
  return { ...text, start: { prune, run: withoutDefaults(run), ...changed } };
}

/**
 * A configuration with every default that goes with these required parts. Only their names decide which defaults those
 * are, and what else is required is equal in the result either way, so one of each name is enough.
 */
function defaultsLike(required: {
  dataset: { name: string };
  optimizer: { name: string };
}): z.output<typeof ownSchema> {
  const names = `${required.dataset.name} ${required.optimizer.name}`;
  const known = defaults.get(names);
  if (known) return known;
  const config = ownSchema.parse(required);
  defaults.set(names, config);
  return config;
}

const defaults = new Map<string, z.output<typeof ownSchema>>();

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The parts of `value` that are not in `reference`, empty objects dropped. */
function difference(value: Json, reference: Json): Json {
  const result: Json = {};
  for (const [key, item] of Object.entries(value)) {
    const other = reference[key];
    if (item === undefined || item === other) continue;
    if (isObject(item) && isObject(other)) {
      const changed = difference(item, other);
      if (Object.keys(changed).length > 0) result[key] = changed;
    } else if (typeof item !== "object" || JSON.stringify(item) !== JSON.stringify(other)) result[key] = item;
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
