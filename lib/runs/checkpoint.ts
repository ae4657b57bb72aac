import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import { z } from "zod";
import { messageOf } from "../errors.js";
import type { CutState } from "./cut-dead.js";
import type { FilterProbe } from "./filter-log.js";
import type { EpochMetrics } from "./record.js";

const vector = z.custom<Float32Array>((value) => value instanceof Float32Array);
const seconds = z.number().min(0);
const count = z.int().min(0);
/** Values whose layout the record version in the origin stands for. */
const listOf = <T>() => z.array(z.custom<T>((value) => typeof value === "object" && value !== null));

/** What a checkpoint has to share with the run that goes on from it, and where it was made. */
const originSchema = z.object({
  /** Hash of the canonical configuration. */
  id: z.string(),
  seed: count,
  /** Layout of the records that the program wrote. */
  recordVersion: count,
  engine: z.string(),
  engineVersion: z.string(),
  /** Without the processor's instructions, which only another machine lacks. */
  kernels: z.string().default("not told"),
  tfjs: z.string(),
  /** Checksum of the images, after all preparation. */
  dataset: z.string(),
  /** Names and lengths of the trainer's variables. */
  variables: z.string(),
  /** The only one that may differ: another processor may round differently. */
  machine: z.string(),
});

const checkpointSchema = z.object({
  origin: originSchema,
  /** ISO 8601, UTC: when the run was started for the first time. */
  startedAt: z.iso.datetime(),
  /** How often the run had been resumed before. */
  resumes: count,
  /** Where the training loop stands. The seed and the step decide every later draw of the generators. */
  position: z.object({ step: count, stopIsDue: z.boolean(), seconds }),
  /** Parameters, running statistics and the optimizer's vectors. */
  trainer: z.object({ steps: count, variables: z.record(z.string(), vector) }),
  /** Metrics of the epochs so far, and the sums of the one under way. */
  epochs: listOf<EpochMetrics>(),
  sinceEpoch: z.object({ loss: z.number(), errors: count, count }),
  /** What the filter log saw. */
  probes: listOf<FilterProbe>(),
  /** Of a run whose dead filters are cut: what was. The vectors above are the whole network's all the same. */
  cut: z.custom<CutState>((value) => typeof value === "object" && value !== null).optional(),
  /** Spent so far; what was lost in crashes is not in it. */
  seconds: z.object({ total: seconds, evaluation: seconds, probe: seconds, cut: seconds.default(0) }),
});

/** Where a checkpoint comes from. */
export type CheckpointOrigin = z.output<typeof originSchema>;

/** All that a run needs to go on as if it had never stopped. */
export type Checkpoint = z.output<typeof checkpointSchema>;

const title = "filter-sparsity checkpoint";
/** Layout of the file; a reader refuses any other. */
const layout = 1;

const digest = (body: Uint8Array): string => createHash("sha256").update(body).digest("hex");

/** A checkpoint as bytes: a line with layout and sha256, then the values in V8's structured-clone format. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const body = serialize(checkpoint);
  return Buffer.concat([Buffer.from(`${title} ${layout} sha256 ${digest(body)}\n`), body]);
}

/** The inverse of `encodeCheckpoint`. Throws with the reason on anything else. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = file.indexOf("\n");
  const [, version, expected] =
    /^filter-sparsity checkpoint (\d{1,9}) sha256 ([0-9a-f]{64})$/.exec(
      file.toString("latin1", 0, Math.min(Math.max(end, 0), 200)),
    ) ?? [];
  if (version === undefined) throw new Error("it does not begin like a checkpoint");
  if (Number(version) !== layout) throw new Error(`it has layout ${version}, this program reads ${layout}`);
  const body = file.subarray(end + 1);
  if (digest(body) !== expected) throw new Error("its checksum does not match");
  const result = checkpointSchema.safeParse(readValues(body));
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new Error(`${path.join(".") || "checkpoint"}: ${message}`);
}

function readValues(body: Uint8Array): unknown {
  try {
    return deserialize(body);
  } catch (error) {
    throw new Error(`its values cannot be read (${messageOf(error)})`);
  }
}

const names: Record<Exclude<keyof CheckpointOrigin, "machine">, string> = {
  id: "configuration",
  seed: "seed",
  recordVersion: "record version",
  engine: "engine",
  engineVersion: "engine version",
  kernels: "version of the kernels",
  tfjs: "tfjs version",
  dataset: "checksum of the images",
  variables: "list of variables",
};

/** Why a run cannot go on from a checkpoint, or undefined where it can. */
export function whyUnfit(made: CheckpointOrigin, wanted: CheckpointOrigin): string | undefined {
  for (const [key, name] of Object.entries(names) as [keyof typeof names, string][]) {
    if (made[key] !== wanted[key]) return `its ${name} is ${made[key]}, this run's is ${wanted[key]}`;
  }
  return undefined;
}
