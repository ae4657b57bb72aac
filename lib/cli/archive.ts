import { statSync } from "node:fs";
import type { Command } from "commander";
import { checkArchive } from "../archive/check.js";
import { makeArchive } from "../archive/make.js";
import { UserError } from "../errors.js";
import { shownPath } from "./shown-path.js";

interface ArchiveCommandOptions {
  out?: string;
  check?: string;
  install?: boolean;
}

export function register(program: Command): void {
  program
    .command("archive")
    .summary("make one file of all that the paper is, or check that it rebuilds from one")
    .description(
      "Make one file with the committed code and records, the executed notebooks, and verdicts, figures, tables and site made from them anew; with RO-Crate metadata and checksums.",
    )
    .option("--out <folder>", "folder for the file; default: this one")
    .option(
      "--check <file>",
      "instead, unpack that archive into an empty folder, make everything from it once more, and compare byte by byte",
    )
    .option("--install", "check with packages installed from the registry, not with this checkout's")
    .action(archiveCommand);
}

async function archiveCommand({ out, check, install }: ArchiveCommandOptions): Promise<void> {
  if (check === undefined) {
    const file = await makeArchive({ ...(out !== undefined && { out }), print: console.log });
    console.log(`${shownPath(file)}, ${(statSync(file).size / 2 ** 20).toFixed(0)} MiB`);
    return;
  }
  const compared = await checkArchive(check, { ...(install && { install }), print: console.log });
  for (const { what, files, differences } of compared) {
    const result = differences.length === 0 ? "the same bytes" : `${differences.length} not the same`;
    console.log(`${what}: ${files} ${files === 1 ? "file" : "files"}, ${result}`);
    for (const line of differences.slice(0, 10)) console.log(`  ${line}`);
  }
  const parts = compared.filter(({ differences }) => differences.length > 0).map(({ what }) => what);
  if (parts.length > 0)
    throw new UserError(
      `What was rebuilt differs from the archive: ${parts.join(", ")}. Verdicts and tables are the same on every machine; pictures, and the site that shows them, where Chromium and fonts are.`,
    );
}
