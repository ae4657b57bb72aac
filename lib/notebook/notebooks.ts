import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { UsageError, UserError } from "../errors.js";
import { projectRoot } from "../paths.js";
import {
  type NotebookCell,
  type NotebookFile,
  type NotebookOutput,
  requireNotebook,
} from "./notebook-schema.js";

export type { NotebookCell, NotebookFile, NotebookOutput };

export const notebooksDirectory = (): string => join(projectRoot, "notebooks");

/** Paths of all notebooks of a folder, by name. */
export function listNotebooks(directory = notebooksDirectory()): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith(".ipynb"))
    .sort()
    .map((name) => join(directory, name));
}

/**
 * Paths of the notebooks that are meant by number ("01" or "1"), stem ("01-regularization") or path.
 * Throws `UsageError` that lists what exists.
 */
export function resolveNotebooks(names: string[], directory = notebooksDirectory()): string[] {
  const existing = listNotebooks(directory);
  return names.map((name) => {
    // A path means that file, though the collection has one of the same name.
    if (name.endsWith(".ipynb") && /[\\/]/.test(name) && existsSync(name)) return resolve(name);
    const wanted = basename(name, ".ipynb");
    const found = existing.find((path) => {
      const stem = basename(path, ".ipynb");
      return stem === wanted || (/^\d+$/.test(wanted) && Number(/^\d+/.exec(stem)?.[0]) === Number(wanted));
    });
    if (found) return found;
    if (name.endsWith(".ipynb") && existsSync(name)) return resolve(name);
    const list = existing.map((path) => basename(path, ".ipynb")).join(", ");
    throw new UsageError(
      `There is no notebook "${name}". Expected a number or name of: ${list || "none yet"}.`,
    );
  });
}

/** Reads a notebook. Throws `UserError` where the file is none, with the place that is not as the format has it. */
export function readNotebook(path: string): NotebookFile {
  let file: unknown;
  try {
    file = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UserError(
      `${path} is not a Jupyter notebook of format 4: it is not JSON. Restore it: git checkout -- ${path}`,
    );
  }
  return requireNotebook(file, path);
}

/** A cell's text. */
export const sourceOf = ({ source }: NotebookCell): string =>
  Array.isArray(source) ? source.join("") : source;

/** Code cells that hold anything, numbered from 1 as a fresh run from top to bottom numbers them. */
export function codeCells(notebook: NotebookFile): { number: number; cell: NotebookCell; source: string }[] {
  return notebook.cells
    .filter((cell) => cell.cell_type === "code")
    .map((cell) => ({ cell, source: sourceOf(cell) }))
    .filter(({ source }) => source.trim() !== "")
    .map((entry, index) => ({ number: index + 1, ...entry }));
}
