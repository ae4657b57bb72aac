import { spawn } from "node:child_process";
import { projectRoot } from "../paths.js";
import { environmentWith } from "../settings.js";

/** Runs a program in the project's root to its end, gathering what it prints on either stream. `code` is null where it could not be started. */
export function runProgram(
  command: string,
  args: string[],
  { env = environmentWith() }: { env?: NodeJS.ProcessEnv } = {},
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: projectRoot, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const gather = (chunk: string) => {
      output += chunk;
    };
    child.stdout.setEncoding("utf8").on("data", gather);
    child.stderr.setEncoding("utf8").on("data", gather);
    child.on("error", (error) => resolve({ code: null, output: error.message }));
    child.on("close", (code) => resolve({ code, output }));
  });
}
