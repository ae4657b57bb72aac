import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../lib/dist/cli/main.js", import.meta.url));
const executor = fileURLToPath(new URL("../runs/fake-executor.mjs", import.meta.url));

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Lines on stderr. */
  lines: string[];
}

export interface CommandOptions {
  env?: NodeJS.ProcessEnv;
  /** Called whenever stderr has grown. */
  onStderr?: (text: string, child: ChildProcess) => void;
}

/** Runs the built command line, which trains by the fake executor and draws no pictures. */
export function command(
  words: string | readonly string[],
  { env = {}, onStderr }: CommandOptions = {},
): Promise<Outcome> {
  const child = spawn(
    process.execPath,
    [main, ...(typeof words === "string" ? words.split(" ").filter(Boolean) : words)],
    {
      env: {
        ...process.env,
        NO_COLOR: "1",
        FILTER_SPARSITY_EXECUTOR: executor,
        FAKE_STEP_MS: "0",
        FILTER_SPARSITY_ENGINE: "",
        ...env,
      },
    },
  );
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text: Buffer) => {
    stdout += text;
  });
  child.stderr.on("data", (text: Buffer) => {
    stderr += text;
    onStderr?.(stderr, child);
  });
  return new Promise((resolve) =>
    child.on("close", (code) => resolve({ code, stdout, stderr, lines: stderr.trimEnd().split("\n") })),
  );
}
