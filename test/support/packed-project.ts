import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { extract } from "tar";
import { projectRoot } from "../../lib/paths.js";

export interface Manifest {
  version: string;
  exports: Record<string, string | { types: string; default: string }>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}

export interface PackedProject {
  /** An empty project of somebody else, outside the checkout. */
  folder: string;
  /** The packed library in its `node_modules`. */
  library: string;
  manifest: Manifest;
}

/**
 * A project with the library as `npm run package` packs it, and beside it, as links, only what the package says that it
 * needs: the optional packages are absent.
 */
export async function packedProject(): Promise<PackedProject> {
  const folder = mkdtempSync(join(tmpdir(), "packed-"));
  const packing = [join(projectRoot, "lib", "package.mjs"), folder];
  const { stdout } = await promisify(execFile)(process.execPath, packing);
  const library = join(folder, "node_modules", "filter-sparsity");
  mkdirSync(library, { recursive: true });
  await extract({ file: stdout.trim(), cwd: library, strip: 1 });
  const manifest = JSON.parse(readFileSync(join(library, "package.json"), "utf8")) as Manifest;
  for (const name of [...Object.keys(manifest.dependencies), "@types/node"]) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(projectRoot, "node_modules", name), link, "junction");
  }
  return { folder, library, manifest };
}
