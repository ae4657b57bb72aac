import type { Command } from "commander";
import pc from "picocolors";
import { type Check, diagnose } from "./diagnosis.js";

export function register(program: Command): void {
  program
    .command("doctor")
    .description("say what was found here, what is used, and what would be faster")
    .option("--json", "print the findings as JSON")
    .action(examine);
}

async function examine({ json = false }: { json?: boolean }): Promise<void> {
  const diagnosis = await diagnose();
  const { checks, engine, advice } = diagnosis;
  if (json) process.stdout.write(`${JSON.stringify(diagnosis, null, 2)}\n`);
  else {
    for (const check of checks) process.stdout.write(`${lineOf(check)}\n`);
    process.stdout.write(`\nUsed: engine ${engine ?? "none"}.\n`);
    for (const line of advice) process.stdout.write(`${line}\n`);
  }
  if (checks.some(({ ok, required }) => required && !ok)) process.exitCode = 1;
}

function lineOf({ name, ok, required, found }: Check): string {
  const mark = ok ? pc.green("ok     ") : required ? pc.red("broken ") : pc.yellow("missing");
  return `${mark} ${name.padEnd(18)} ${found}`;
}
