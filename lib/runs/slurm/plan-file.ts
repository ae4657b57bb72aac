import { readFile } from "node:fs/promises";
import { z } from "zod";
import { messageOf, UserError } from "../../errors.js";
import { parseRunConfig } from "../config.js";
import type { Job } from "../queue.js";
import type { RunPlace } from "../store.js";

/** One run of a frozen plan: what a task of a job array trains. */
export interface FrozenRun extends Job {
  place: RunPlace;
}

/** A frozen plan as JSON lines: line n is task n's run. What it was made from may change; it does not. */
export const planLines = (runs: readonly FrozenRun[]): string =>
  runs
    .map(({ label, config, seed, place }) => `${JSON.stringify({ label, seed, place, config })}\n`)
    .join("");

const lineSchema = z.object({
  label: z.string(),
  seed: z.int().min(0),
  place: z.enum(["records", "cache"]),
  config: z.unknown(),
});

/** The run of task `task` (from 1). Throws `UserError` where the file has no such line. */
export async function readFrozenRun(file: string, task: number): Promise<FrozenRun> {
  const lines = await readLines(file);
  const line = lines[task - 1];
  if (line === undefined)
    throw new UserError(`Plan ${file} has tasks 1 to ${lines.length}; ${task} was asked for.`);
  return parseLine(file, line, task);
}

/** The runs of all tasks, in order. Throws `UserError` for a file that is not whole. */
export async function readFrozenPlan(file: string): Promise<FrozenRun[]> {
  return (await readLines(file)).map((line, index) => parseLine(file, line, index + 1));
}

async function readLines(file: string): Promise<string[]> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new UserError(`Plan ${file} cannot be read: ${messageOf(error)}. It is written by sweep --slurm.`);
  });
  return text.trimEnd().split("\n");
}

function parseLine(file: string, line: string, task: number): FrozenRun {
  try {
    const { config, ...run } = lineSchema.parse(JSON.parse(line));
    return { ...run, config: parseRunConfig(config) };
  } catch (error) {
    throw new UserError(
      `Line ${task} of plan ${file} is damaged: ${messageOf(error)}. Make the plan again with sweep --slurm.`,
      { cause: error },
    );
  }
}
