import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { z } from "zod";
import { UserError } from "../errors.js";
import { projectRoot } from "../paths.js";

const shares = z.array(z.number().min(0).max(1));

/** What PyTorch made of a run's configuration, as it is kept: data/crosschecks/ID.json. */
export const crosscheckSchema = z.strictObject({
  /** Of the configuration. */
  id: z.string(),
  torch: z.string(),
  /** PyTorch's own seeds, which have nothing to do with the record's. */
  seeds: z.array(
    z.strictObject({ seed: z.int(), testError: z.number(), deadByActivation: shares, deadByScale: shares }),
  ),
});
export type Crosscheck = z.output<typeof crosscheckSchema>;

const folder = () => join(projectRoot, "data", "crosschecks");

/** Keeps a crosscheck, whole or not at all; returns its path. */
export async function keepCrosscheck(crosscheck: Crosscheck): Promise<string> {
  const path = join(folder(), `${crosscheck.id}.json`);
  await mkdir(folder(), { recursive: true });
  await writeFileAtomic(path, `${JSON.stringify(crosscheck)}\n`);
  return path;
}

/** Every crosscheck kept, by id. Throws `UserError` naming a file that is none. */
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
