import { join } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import { ts } from "./tslab.js";

/** The project's tsconfig, as far as cells are concerned. */
export const cellOptions = (root: string): TypeScript.CompilerOptions => ({
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
  types: ["node"],
  typeRoots: [join(root, "node_modules", "@types")],
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noFallthroughCasesInSwitch: true,
  skipLibCheck: true,
  allowJs: true,
  sourceMap: true,
  preserveConstEnums: true,
});

export interface CellHost extends TypeScript.LanguageServiceHost {
  /** Adds or replaces a cell's file. */
  write(path: string, text: string): void;
}

interface CellHostOptions {
  folder: string;
  root: string;
  /** Path of the cell at hand. */
  current: string;
  /** Path of the cell that the module "cell:3" stands for. */
  cellFile(count: number): string;
}

/**
 * Files for the language service: cells from memory, all others from disk as they were when first read. A running
 * kernel keeps the modules it has loaded, so it should keep their types too; and thousands of watched files exhaust
 * inotify on a shared machine.
 */
export function createCellHost({ folder, root, current, cellFile }: CellHostOptions): CellHost {
  const cells = new Map<string, { text: string; version: number }>();
  const options = cellOptions(root);
  let writes = 0;
  const cache = ts.createModuleResolutionCache(folder, (path) => path, options);
  const host = { fileExists: ts.sys.fileExists, readFile: ts.sys.readFile, realpath: ts.sys.realpath };

  return {
    write(path, text) {
      cells.set(path, { text, version: ++writes });
    },
    getCompilationSettings: () => options,
    getScriptFileNames: () => [current],
    getScriptVersion: (path) => String(cells.get(path)?.version ?? 0),
    getScriptSnapshot(path) {
      const text = cells.get(path)?.text ?? ts.sys.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    fileExists: (path) => cells.has(path) || ts.sys.fileExists(path),
    readFile: (path) => cells.get(path)?.text ?? ts.sys.readFile(path),
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    readDirectory: ts.sys.readDirectory,
    realpath: ts.sys.realpath,
    resolveModuleNameLiterals: (literals, containing, redirected, settings, file) =>
      literals.map((literal) => {
        const cell = /^cell:(\d+)$/.exec(literal.text);
        if (cell) return { resolvedModule: cellModule(cellFile(Number(cell[1]))) };
        const mode = ts.getModeForUsageLocation(file, literal, settings);
        const from = (path: string) =>
          ts.resolveModuleName(literal.text, path, settings, host, cache, redirected, mode);
        const found = from(containing);
        // A notebook outside of the project uses its packages all the same.
        return found.resolvedModule || !cells.has(containing) ? found : from(join(root, "cell.mts"));
      }),
  };
}

const cellModule = (path: string): TypeScript.ResolvedModuleFull => ({
  resolvedFileName: path,
  extension: ts.Extension.Mts,
  isExternalLibraryImport: false,
});
