import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { projectRoot } from "../paths.js";
import { codeCells, type NotebookFile, readNotebook } from "./notebooks.js";

/** Something wrong with a notebook. */
export interface NotebookProblem {
  notebook: string;
  /** Code cell, counted from 1 as a fresh execution counts. */
  cell?: number;
  /** Within the cell, from 1. */
  line?: number;
  column?: number;
  message: string;
}

export interface ExtractedModule {
  text: string;
  /** Cell and line within it of a line of the text, all counted from 1. */
  locate(line: number): { cell: number; line: number } | undefined;
}

/** All code cells of a notebook as one module, which is what they are to a reader who runs them in order. */
export function extractModule(notebook: NotebookFile): ExtractedModule {
  const lines: string[] = [];
  const places: { cell: number; line: number }[] = [];
  for (const { number, source } of codeCells(notebook))
    source.split("\n").forEach((text, index) => {
      lines.push(text);
      places.push({ cell: number, line: index + 1 });
    });
  return { text: `${lines.join("\n")}\nexport {};\n`, locate: (line) => places[line - 1] };
}

/** Code cells that were never run, or whose committed output is an error. */
export function findUnfinishedCells(notebook: NotebookFile, name: string): NotebookProblem[] {
  return codeCells(notebook).flatMap(({ number, cell: { execution_count, outputs = [] } }) => {
    const problem = { notebook: name, cell: number };
    if (execution_count == null) return [{ ...problem, message: "was never executed" }];
    const error = outputs.find(({ output_type }) => output_type === "error");
    return error ? [{ ...problem, message: `has an error output: ${error.ename}: ${error.evalue}` }] : [];
  });
}

/**
 * Type-checks the code cells of notebooks under the project's TypeScript and settings, together with the built
 * library that they import, and looks for cells without a sound output.
 */
export function checkNotebooks(paths: string[], { root = projectRoot } = {}): NotebookProblem[] {
  if (paths.length === 0) return [];
  const modules = new Map<string, { name: string; module: ExtractedModule }>();
  const problems: NotebookProblem[] = [];
  // Inside the project, so that imports resolve as they do in the kernel.
  const cache = join(root, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "notebooks-"));
  try {
    for (const path of paths) {
      const name = relative(root, path);
      const notebook = readNotebook(path);
      problems.push(...findUnfinishedCells(notebook, name));
      const module = extractModule(notebook);
      const file = `${basename(path, ".ipynb")}.mts`;
      modules.set(file, { name, module });
      writeFileSync(join(folder, file), module.text);
    }
    const settings = {
      extends: relative(folder, join(root, "tsconfig.json")),
      files: [...modules.keys()],
      include: [],
      // What a cell imports by a relative path lies beside its notebook.
      compilerOptions: { rootDirs: [".", ...new Set(paths.map((path) => dirname(resolve(path))))] },
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
    for (const { file, line, column, message } of typeCheck(folder)) {
      const found = modules.get(basename(file));
      const place = found?.module.locate(line);
      problems.push({ notebook: found?.name ?? file, ...(place ? { ...place, column } : {}), message });
    }
    return problems;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Diagnostic {
  file: string;
  line: number;
  column: number;
  message: string;
}

function typeCheck(folder: string): Diagnostic[] {
  const packageFile = createRequire(import.meta.url).resolve("typescript/package.json");
  const tsc = join(dirname(packageFile), "bin", "tsc");
  const { stdout, stderr, status } = spawnSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
    cwd: folder,
    encoding: "utf8",
  });
  const diagnostics = parseDiagnostics(stdout);
  if (status !== 0 && diagnostics.length === 0)
    throw new Error(`tsc ended with code ${status}: ${(stdout + stderr).trim()}`);
  return diagnostics;
}

/** Reads `file(line,column): error TS2322: message` with its indented continuations. */
export function parseDiagnostics(output: string): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const text of output.split(/\r?\n/)) {
    const match = /^(\S.*?)\((\d+),(\d+)\): error (TS\d+: .*)$/.exec(text);
    if (match) {
      const [, file = "", line, column, message = ""] = match;
      diagnostics.push({ file, line: Number(line), column: Number(column), message });
    } else if (/^\s+\S/.test(text)) {
      const last = diagnostics.at(-1);
      if (last) last.message += `\n${text}`;
    }
  }
  return diagnostics;
}

/** e.g. "notebooks/01-x.ipynb, cell 3, line 2, column 7: TS2322: ..." */
export function formatProblem({ notebook, cell, line, column, message }: NotebookProblem): string {
  const place = [
    notebook,
    cell !== undefined && `cell ${cell}`,
    line !== undefined && `line ${line}`,
    column !== undefined && `column ${column}`,
  ];
  return `${place.filter(Boolean).join(", ")}: ${message}`;
}
