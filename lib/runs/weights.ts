import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { endianness } from "node:os";
import { dirname, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { z } from "zod";
import { messageOf } from "../errors.js";
import type { ModelWeights } from "../models/weights.js";
import { cacheDirectory } from "../paths.js";
import type { RunRecord } from "./record.js";

const parts = ["parameters", "statistics"] as const;
type Part = (typeof parts)[number];

const folderOf = (id: string, seed: number): string => join("weights", id, `seed-${seed}`);
const fileOf = (part: Part, id: string, seed: number): string => join(folderOf(id, seed), `${part}.f32`);
const sumsFile = "sha256.json";

/** Whose the parts are, and their checksums. */
const sumsSchema = z.object({
  id: z.string(),
  seed: z.int(),
  parameters: z.string(),
  statistics: z.string(),
});

/** Paths of a run's weights, relative to the cache folder. */
export const weightsFiles = (id: string, seed: number): string[] =>
  parts.map((part) => fileOf(part, id, seed));

/** Keeps a run's final weights in the cache, each part as raw little-endian float32, and their checksums. */
export async function saveWeights(id: string, seed: number, weights: ModelWeights): Promise<void> {
  const sums: Partial<Record<Part, string>> = {};
  for (const part of parts) {
    const { buffer, byteOffset, byteLength } = weights[part];
    const bytes = inFileOrder(Buffer.from(buffer.slice(byteOffset, byteOffset + byteLength)));
    const file = join(cacheDirectory(), fileOf(part, id, seed));
    await mkdir(dirname(file), { recursive: true });
    await writeFileAtomic(file, bytes);
    sums[part] = digest(bytes);
  }
  const file = join(cacheDirectory(), folderOf(id, seed), sumsFile);
  await writeFileAtomic(file, `${JSON.stringify({ id, seed, ...sums })}\n`);
}

/** What the cache has of a run's weights. */
export type FoundWeights =
  | { state: "whole"; weights: ModelWeights }
  | { state: "missing" }
  /** Cut off, mixed with another run's, changed: they are to be trained again. */
  | { state: "damaged"; reason: string };

/** Looks a run's weights up and checks them, also against its `model` where that is given; never throws. */
export async function findWeights({
  id,
  seed,
  model,
}: Pick<RunRecord, "id" | "seed"> & Partial<Pick<RunRecord, "model">>): Promise<FoundWeights> {
  const files: Partial<Record<Part, Buffer>> = {};
  for (const part of parts) {
    try {
      files[part] = await readFile(join(cacheDirectory(), fileOf(part, id, seed)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT")
        return { state: "damaged", reason: messageOf(error) };
    }
  }
  const { parameters, statistics } = files;
  if (!parameters && !statistics) return { state: "missing" };
  if (!parameters || !statistics)
    return { state: "damaged", reason: `${parameters ? "statistics" : "parameters"}.f32 is missing` };
  const reason = await whyNotTheirs({ parameters, statistics }, id, seed);
  if (reason !== undefined) return { state: "damaged", reason };
  const weights = { parameters: floatsOf(parameters), statistics: floatsOf(statistics) };
  const odd = whyImpossible(weights, model?.parameters);
  return odd === undefined ? { state: "whole", weights } : { state: "damaged", reason: odd };
}

/** A run's final weights, or undefined where the cache has none that are whole: it can be emptied at any time. */
export async function loadWeights(id: string, seed: number): Promise<ModelWeights | undefined> {
  const found = await findWeights({ id, seed });
  return found.state === "whole" ? found.weights : undefined;
}

/** Weights of before there were checksums have none to be compared with. */
async function whyNotTheirs(
  files: Record<Part, Buffer>,
  id: string,
  seed: number,
): Promise<string | undefined> {
  const path = join(cacheDirectory(), folderOf(id, seed), sumsFile);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) =>
    error.code === "ENOENT" ? undefined : "",
  );
  if (text === undefined) return undefined;
  const sums = sumsSchema.safeParse(jsonOf(text));
  if (!sums.success) return `${sumsFile} cannot be read`;
  if (sums.data.id !== id || sums.data.seed !== seed)
    return `they are the weights of ${sums.data.id}/${sums.data.seed}`;
  const wrong = parts.find((part) => digest(files[part]) !== sums.data[part]);
  return wrong && `the checksum of ${wrong}.f32 does not match`;
}

/** What no trained network has, whatever its checksum. */
function whyImpossible(
  { parameters, statistics }: ModelWeights,
  count: number | undefined,
): string | undefined {
  // The vector's layout may leave gaps between a layer's parameters and the next's.
  if (count !== undefined && parameters.length < count)
    return `parameters.f32 has ${parameters.length} of ${count} numbers`;
  const variances = statistics.subarray(statistics.length / 2);
  if (
    variances.some((value) => value < 0) ||
    (variances.length > 0 && variances.every((value) => value === 0))
  )
    return "its running variances are those of no trained network";
  return undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A file that was cut within a number has lost that number too. */
function floatsOf(bytes: Buffer): Float32Array {
  const whole = Uint8Array.from(bytes.subarray(0, bytes.length - (bytes.length % 4)));
  return new Float32Array(inFileOrder(Buffer.from(whole.buffer)).buffer as ArrayBuffer);
}

const inFileOrder = (bytes: Buffer): Buffer => (endianness() === "LE" ? bytes : bytes.swap32());
