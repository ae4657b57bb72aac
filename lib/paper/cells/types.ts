import { readFileSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { cellOptions } from "../../notebook/kernel/cell-host.js";
import { ts } from "../../notebook/kernel/tslab.js";
import { libraryRoot, projectRoot } from "../../paths.js";
import { entryNames } from "./entries.js";
import type { DiskListing } from "./worker/disk.js";

/** Packages whose documentation completions show; of all others the comments are left out, which are half of them. */
const documented = /node_modules\/(filter-sparsity|arquero)\//;

/** What cells import whose types a page knows. */
const imported = ["filter-sparsity", "arquero", "danfojs-node", "node:fs/promises"];

/**
 * The declarations that the type-checker of a page reads, by path in the checkout: those that a cell with all imports makes
 * TypeScript read, and the descriptions of their packages.
 */
export function collectTypes(): DiskListing {
  const options = cellOptions(projectRoot);
  const cell = join(projectRoot, "notebooks", "cell.mts");
  const text = [...imported, ...entryNames().map((name) => `filter-sparsity/${name}`)]
    .map((name) => `import "${name}";`)
    .join("\n");
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === cell || fileExists(path);
  host.getSourceFile = (path, ...rest) =>
    path === cell ? ts.createSourceFile(path, text, ts.ScriptTarget.ES2022) : getSourceFile(path, ...rest);
  const program = ts.createProgram([cell], options, host);
  const printer = ts.createPrinter({ removeComments: true });
  const texts: Record<string, string> = {};
  for (const file of program.getSourceFiles()) {
    if (file.fileName === cell) continue;
    const path = pathOnDisk(file.fileName);
    texts[path] = documented.test(path) ? file.text : printer.printFile(file);
  }
  for (const folder of new Set(Object.keys(texts).map(packageOf))) {
    const path = folder === "node_modules/filter-sparsity" ? libraryRoot : join(projectRoot, folder);
    texts[`${folder}/package.json`] = readFileSync(join(path, "package.json"), "utf8");
  }
  return { texts, files: {} };
}

/** The library lies as a package on the page's disk, whichever build it is. */
function pathOnDisk(path: string): string {
  const built = relative(realpathSync(join(libraryRoot, "dist")), path);
  if (!built.startsWith("..")) return `node_modules/filter-sparsity/dist/${built.split(sep).join("/")}`;
  const own = relative(projectRoot, path).split(sep).join("/");
  // Packages may be links to another checkout's.
  return own.startsWith("..") ? own.slice(Math.max(0, own.indexOf("node_modules/"))) : own;
}

/** The folder of the package that a file belongs to: the nearest with a description that has a name. */
function packageOf(path: string): string {
  const [found] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [];
  if (found === undefined) throw new Error(`${path} is of no package`);
  return found;
}
