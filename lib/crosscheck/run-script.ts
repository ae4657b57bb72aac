import { spawn } from "node:child_process";
import { z } from "zod";
import { type Python, packageFolder } from "../engine/native/python.js";
import { UserError } from "../errors.js";

/** What the script says of one seed. Shares of 1, per layer in the order of the width list. */
const resultSchema = z.strictObject({
  seed: z.int(),
  torch: z.string(),
  testError: z.number().min(0).max(1),
  deadByActivation: z.array(z.number().min(0).max(1)),
  deadByScale: z.array(z.number().min(0).max(1)),
});
export type PeerResult = z.output<typeof resultSchema>;

/** The first interpreter that has what the script imports. Throws `UserError` with what to install. */
export async function pythonWithTorch(pythons: readonly Python[]): Promise<Python> {
  const needed = ["torch", "numpy", "PIL"];
  for (const python of pythons) {
    const folders = await Promise.all(needed.map((name) => packageFolder(python, name)));
    if (folders.every((folder) => folder !== undefined)) return python;
  }
  throw new UserError(
    `No Python with PyTorch, numpy and Pillow was found (looked at ${pythons.map(({ command }) => command).join(", ") || "none"}). Install them, pip install torch numpy pillow, and name the interpreter with FILTER_SPARSITY_PYTHON; or run the script where they are.`,
  );
}

export interface RunScriptOptions {
  python: Python;
  /** The images. */
  folder: string;
  seeds: readonly number[];
  threads?: number;
  onResult?: (result: PeerResult) => void;
}

/** Runs a script that `pytorchScript` wrote, seed after seed. Throws `UserError` with its last lines where it fails. */
export async function runScript(
  path: string,
  { python, folder, seeds, threads = 1, onResult = () => {} }: RunScriptOptions,
): Promise<PeerResult[]> {
  const words = [path, folder, "--json", "--threads", String(threads), "--seeds", ...seeds.map(String)];
  const child = spawn(python.command, words, { stdio: ["ignore", "pipe", "pipe"] });
  const results: PeerResult[] = [];
  let [line, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = (line + text).split("\n");
    line = lines.pop()!;
    for (const whole of lines) {
      const result = resultSchema.parse(JSON.parse(whole));
      results.push(result);
      onResult(result);
    }
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-2000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  if (code === 0 && results.length === seeds.length) return results;
  throw new UserError(
    `The PyTorch script ended with ${code === null ? "a signal" : `exit code ${code}`} after ${results.length} of ${seeds.length} seeds: ${errors.trim().split("\n").slice(-3).join(" ") || "it said nothing"}. It is kept at ${path}; correct what it names and run it again.`,
  );
}
