import { type Command, Option } from "commander";
import type { EngineName } from "../engine/engine.js";
import { UserError } from "../errors.js";
import { parseCount, parseEngine } from "./options.js";

interface TortureOptions {
  kills: number;
  engine: EngineName;
  processes: number;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command("torture")
    .description("kill training processes at random moments and show that no bit of a result depends on it")
    .option("--kills <number>", "processes to kill", (text) => parseCount("--kills", text, 100_000), 200)
    .option("--processes <number>", "at work at once", (text) => parseCount("--processes", text, 256), 2)
    .addOption(new Option("--engine <name>", "engine that trains").argParser(parseEngine).default("wasm"))
    .option("--json", "print the result as JSON")
    .action(run);
}

async function run({ json, ...options }: TortureOptions): Promise<void> {
  const { torture } = await import("../runs/torture.js");
  let told = 0;
  const result = await torture({
    ...options,
    onProgress({ kills, runs }) {
      if (kills < told + Math.max(10, options.kills / 10)) return;
      told = kills;
      process.stderr.write(`${kills} of ${options.kills} kills, ${runs} runs begun\n`);
    },
  });
  const { kills, lost, different, runs, resumes, cutCheckpoints, cutRecords, damaged, seconds } = result;
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else
    process.stdout.write(
      [
        `${kills} processes killed in ${Math.round(seconds)} s: ${cutCheckpoints} of them while they wrote a checkpoint, ${cutRecords} a record.`,
        `${runs} runs begun, ${resumes} times gone on from a checkpoint; ${damaged} checkpoints damaged besides.`,
        `${lost} runs lost, ${different} different from an undisturbed one.`,
        "",
      ].join("\n"),
    );
  if (lost + different > 0)
    throw new UserError(
      `${lost} runs were lost and ${different} came out different. Expected none: please report this.`,
    );
}
