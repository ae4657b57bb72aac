import { z } from "zod";
import { messageOf } from "../errors.js";
import { parseRunConfig, type RunConfig, runId } from "./config.js";
import { type RunRecord, recordVersion } from "./record.js";

/** JSON has no NaN or infinity: both are written as null, and null is read as NaN (a diverged run's loss). */
const measure = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const count = z.int().min(0);
const share = z.number().min(0).max(1);

const config = z.unknown().transform((value, context): RunConfig => {
  try {
    return parseRunConfig(value);
  } catch (error) {
    context.issues.push({ code: "custom", message: messageOf(error), input: value });
    return z.NEVER;
  }
});

const epoch = z.object({
  epoch: z.number(),
  step: count,
  learningRate: z.number(),
  trainLoss: measure,
  trainError: measure,
  testLoss: measure,
  testError: measure,
  deadByScale: z.array(count),
});

const recordSchema = z
  .object({
    version: z.literal(recordVersion),
    id: z.string(),
    seed: count,
    status: z.enum(["finished", "diverged"]),
    config,
    environment: z.object({
      engine: z.string(),
      engineVersion: z.string(),
      tfjs: z.string(),
      node: z.string(),
      machine: z.string(),
    }),
    dataset: z.object({
      name: z.string(),
      source: z.string(),
      checksum: z.string(),
      classes: z.array(z.string()),
      trainImages: count,
      testImages: count,
      evaluatedOn: z.enum(["test", "validation"]).default("test"),
      mean: z.array(z.number()),
      std: z.array(z.number()),
    }),
    model: z.object({
      parameters: count,
      macs: count,
      layers: z.array(z.object({ name: z.string(), filters: count })),
    }),
    epochs: z.array(epoch),
    probes: z.object({ steps: z.array(count), images: z.array(count), gradientImages: count }),
    final: z.object({
      step: count,
      trainLoss: measure,
      testLoss: measure,
      testError: measure,
      layers: z.array(
        z.object({ name: z.string(), filters: count, deadByScale: count, deadByActivation: count }),
      ),
      deadByScale: share,
      deadByActivation: share,
    }),
    timing: z.object({
      startedAt: z.iso.datetime(),
      seconds: z.number(),
      trainSeconds: z.number(),
      evaluationSeconds: z.number(),
      probeSeconds: z.number(),
      millisecondsPerStep: measure,
      resumes: count.default(0),
    }),
  })
  .superRefine((record, context) => {
    const expected = runId(record.config);
    if (record.id !== expected)
      context.addIssue({
        code: "custom",
        path: ["id"],
        message: `is ${record.id}, but the configuration's is ${expected}`,
      });
  }) satisfies z.ZodType<RunRecord>;

/** What a record's text holds: the record, or why it is none. */
export type ParsedRecord =
  | { kind: "record"; record: RunRecord }
  | { kind: "other version"; version: number }
  | { kind: "damaged"; reason: string };

/** Reads the text of a `record.json`; never throws. */
export function parseRecord(text: string): ParsedRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: "damaged", reason: `not JSON (${messageOf(error)})` };
  }
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === "number" && version !== recordVersion) return { kind: "other version", version };
  const result = recordSchema.safeParse(value);
  if (result.success) return { kind: "record", record: result.data };
  const [first, ...others] = result.error.issues.map(
    ({ path, message }) => `${path.join(".") || "record"}: ${message}`,
  );
  return { kind: "damaged", reason: `${first}${others.length > 0 ? ` (and ${others.length} more)` : ""}` };
}
