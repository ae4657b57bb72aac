import { mkdir, readFile } from "node:fs/promises";
import { endianness } from "node:os";
import { dirname, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { ModelWeights } from "../models/weights.js";
import { cacheDirectory } from "../paths.js";

const parts = ["parameters", "statistics"] as const;

const fileOf = (part: (typeof parts)[number], id: string, seed: number): string =>
  join("weights", id, `seed-${seed}`, `${part}.f32`);

/** Paths of a run's weights, relative to the cache folder. */
export const weightsFiles = (id: string, seed: number): string[] =>
  parts.map((part) => fileOf(part, id, seed));

/** Keeps a run's final weights in the cache, each part as raw little-endian float32. */
export async function saveWeights(id: string, seed: number, weights: ModelWeights): Promise<void> {
  for (const part of parts) {
    const { buffer, byteOffset, byteLength } = weights[part];
    const bytes = Buffer.from(buffer.slice(byteOffset, byteOffset + byteLength));
    const file = join(cacheDirectory(), fileOf(part, id, seed));
    await mkdir(dirname(file), { recursive: true });
    await writeFileAtomic(file, inFileOrder(bytes));
  }
}

/** A run's final weights, or undefined where the cache has none: it can be emptied at any time. */
export async function loadWeights(id: string, seed: number): Promise<ModelWeights | undefined> {
  try {
    const [parameters, statistics] = await Promise.all(
      parts.map(async (part) => {
        const bytes = inFileOrder(await readFile(join(cacheDirectory(), fileOf(part, id, seed))));
        return new Float32Array(Uint8Array.from(bytes).buffer);
      }),
    );
    return { parameters: parameters!, statistics: statistics! };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

const inFileOrder = (bytes: Buffer): Buffer => (endianness() === "LE" ? bytes : bytes.swap32());
