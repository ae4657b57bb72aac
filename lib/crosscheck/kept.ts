import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { z } from "zod";
import { UserError } from "../errors.js";
import { projectRoot } from "../paths.js";
import type { Run } from "../runs/record.js";

const shares = z.array(z.number().min(0).max(1));

/** What another implementation, or other kernels, made of a run's configuration, as it is kept in data/crosschecks. */
export const crosscheckSchema = z.strictObject({
  /** Of the configuration. */
  id: z.string(),
  /** Who trained it: "PyTorch 2.13.0", "tensorflow, native 1 (avx512)". */
  by: z.string(),
  /** PyTorch's have nothing to do with the record's; this library's start from the same weights and order of images. */
  seeds: z.array(
    z.strictObject({ seed: z.int(), testError: z.number(), deadByActivation: shares, deadByScale: shares }),
  ),
});
export type Crosscheck = z.output<typeof crosscheckSchema>;

/** What a run of this library came to, as a crosscheck keeps it. */
export function resultOf({ record: { seed, final } }: Run): Crosscheck["seeds"][number] {
  const shareOf = (name: "deadByActivation" | "deadByScale") =>
    final.layers.map((layer) => layer[name] / layer.filters);
  return {
    seed,
    testError: final.testError,
    deadByActivation: shareOf("deadByActivation"),
    deadByScale: shareOf("deadByScale"),
  };
}

const folder = () => join(projectRoot, "data", "crosschecks");

/** "pytorch-2-13-0" */
const nameOf = (by: string) =>
  by
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");

/** Keeps a crosscheck, whole or not at all; returns its path. */
export async function keepCrosscheck(crosscheck: Crosscheck): Promise<string> {
  const path = join(folder(), `${crosscheck.id}-${nameOf(crosscheck.by)}.json`);
  await mkdir(folder(), { recursive: true });
  await writeFileAtomic(path, `${JSON.stringify(crosscheck)}\n`);
  return path;
}

/** Every crosscheck kept, by file name. Throws `UserError` naming a file that is none. */
export async function keptCrosschecks(): Promise<Crosscheck[]> {
  const names = await readdir(folder()).catch(() => []);
  return Promise.all(
    names
      .filter((name) => name.endsWith(".json"))
      .sort()
      .map(async (name) => {
        const path = join(folder(), name);
        const parsed = crosscheckSchema.safeParse(JSON.parse(await readFile(path, "utf8")));
        if (parsed.success) return parsed.data;
        throw new UserError(
          `${path} is not a crosscheck: ${parsed.error.issues[0]!.message}. Delete it, or make it again.`,
        );
      }),
  );
}
