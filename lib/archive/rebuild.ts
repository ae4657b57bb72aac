import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.js";
import { environmentWith } from "../settings.js";

/** Names, in an archive, of what is made from its records: verdicts, figures with tables, site. */
export const made = { verdicts: "verdicts.json", figures: "figures", site: "site" } as const;

export interface RebuildOptions {
  /** A checkout or an extracted archive, with its packages in place. */
  folder: string;
  /** Folder that gets `verdicts.json`, `figures/` and `site/`. */
  out: string;
  print: (line: string) => void;
}

/**
 * Makes verdicts, figures, tables and site from the sources, records and notebooks of `folder`, with its own build. Trains
 * nothing and reads nothing outside: variables of this project are not handed down, but the browser's.
 */
export async function rebuild({ folder, out, print }: RebuildOptions): Promise<void> {
  mkdirSync(out, { recursive: true });
  const main = join("lib", "dist", "cli", "main.js");
  const steps: [what: string, words: string[]][] = [
    ["builds the library", [join("lib", "build.mjs")]],
    ["computes the verdicts", [main, "verdicts", "--json"]],
    ["draws the figures, writes the tables", [main, "figures", "--out", join(out, made.figures)]],
    ["builds the site", [main, "paper", "--out", join(out, made.site)]],
  ];
  for (const [what, words] of steps) {
    print(what);
    const output = await runNode(folder, words);
    if (words.includes("--json")) writeFileSync(join(out, made.verdicts), output);
  }
}

/** Puts the packages of another checkout in place, as links. */
export function linkPackages(folder: string, checkout: string): void {
  const target = join(folder, "node_modules");
  if (existsSync(target)) return;
  mkdirSync(target);
  // The library is the folder's own.
  for (const name of readdirSync(join(checkout, "node_modules")).filter((one) => !one.startsWith(".")))
    symlinkSync(
      name === "filter-sparsity" ? join(folder, "lib") : join(checkout, "node_modules", name),
      join(target, name),
      "junction",
    );
}

const own = ["RUNS", "CACHE", "LATENCY", "WATCHED", "FIGURES", "KERNELS", "ENGINE"];
const withoutFolders = Object.fromEntries(own.map((name) => [`FILTER_SPARSITY_${name}`, undefined]));

/** What Node prints on its standard output. Throws `UserError` with the last that it said where it fails. */
function runNode(folder: string, words: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = environmentWith({ ...withoutFolders, INIT_CWD: undefined });
    const child = spawn(process.execPath, words, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    const [output, said]: [string[], string[]] = [[], []];
    child.stdout.setEncoding("utf8").on("data", (text: string) => output.push(text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => said.push(text));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output.join(""));
      else {
        const last = [...output, ...said].join("").trim().split("\n").slice(-5).join("\n");
        reject(new UserError(`node ${words.join(" ")} ended with ${code}:\n${last}`));
      }
    });
  });
}
