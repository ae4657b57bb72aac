import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { type CellCompiler, lookUp } from "./compiler.js";
import type { CellDiagnostic, Position } from "./diagnostics.js";
import { cellFilePattern } from "./script-name.js";

/** Content of a Jupyter `error` message. */
export interface ErrorContent {
  ename: string;
  evalue: string;
  traceback: string[];
}

type Cells = Pick<CellCompiler, "source" | "position">;

interface Frame extends Position {
  /** Function name, "" at the top level. */
  name: string;
  /** "cell [3]" or a path relative to the project. */
  place: string;
  cell?: number;
}

/** What a cell threw, with the place in the cell's or the library's TypeScript. */
export function describeThrown(thrown: unknown, cells: Cells, root: string): ErrorContent {
  try {
    return describe(thrown, cells, root, new Set());
  } catch {
    // A getter or an inspector of the thrown value threw in its turn.
    const evalue = "a value that cannot be shown";
    return { ename: "Thrown", evalue, traceback: [`Thrown: ${evalue}`] };
  }
}

/** `seen`: the errors that this one is a cause of, for a cause may lead back to them. */
function describe(thrown: unknown, cells: Cells, root: string, seen: Set<unknown>): ErrorContent {
  if (!(thrown instanceof Error) && !isErrorLike(thrown)) {
    const evalue = typeof thrown === "string" ? thrown : inspect(thrown, { depth: 2 });
    return { ename: "Thrown", evalue, traceback: [`Thrown: ${evalue}`] };
  }
  if (isInterrupt(thrown)) {
    const evalue = "the cell was interrupted before it ended";
    return { ename: "Interrupted", evalue, traceback: [`Interrupted: ${evalue}`] };
  }
  const name = String(thrown.name);
  const message = String(thrown.message);
  const frames = framesOf(thrown, cells, root);
  const inCell = frames.find(({ cell }) => cell !== undefined);
  const lines = [`${name}: ${message}`];
  if (inCell) lines.push(...codeFrame(cells.source(inCell.cell!) ?? "", inCell, inCell.place));
  lines.push(...frames.map(formatFrame));
  seen.add(thrown);
  const { cause } = thrown;
  if (cause !== undefined && !seen.has(cause)) {
    const [first, ...rest] = describe(cause, cells, root, seen).traceback;
    lines.push(`Caused by ${first}`, ...rest.filter((line) => line.startsWith("Caused by ")));
  }
  return { ename: name, evalue: message, traceback: lines };
}

/** What the type-checker said of a cell: at least one thing. */
export function describeDiagnostics(
  diagnostics: readonly CellDiagnostic[],
  count: number,
  source: string,
): ErrorContent {
  const lines = diagnostics.flatMap(({ code, message, fileName, ...position }) => {
    const text = `TS${code}: ${message}`.split("\n");
    return fileName === undefined
      ? [...text, ...codeFrame(source, position, `cell [${count}]`)]
      : [...text, `${fileName}, line ${position.line}, column ${position.column}`];
  });
  const { code, line, column, message } = diagnostics[0]!;
  const evalue = `TS${code} at line ${line}, column ${column}: ${message.split("\n")[0]}`;
  return { ename: "TypeScriptError", evalue, traceback: lines };
}

/** The line at a position between its neighbors, with a caret under the column. */
export function codeFrame(source: string, { line, column }: Position, place: string): string[] {
  const lines = source.split("\n");
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 1);
  const width = String(last).length;
  const frame = [`${place}, line ${line}, column ${column}`];
  for (let number = first; number <= last; number++) {
    const marker = number === line ? ">" : " ";
    frame.push(`${marker} ${String(number).padStart(width)} | ${lines[number - 1]}`);
    if (number === line) frame.push(`${" ".repeat(width + 2)} | ${" ".repeat(column - 1)}^`);
  }
  return frame;
}

const isErrorLike = (value: unknown): value is Error =>
  typeof value === "object" && value !== null && "name" in value && "message" in value;

/** A cell that was interrupted before it began. */
export class Interrupted extends Error {}

function isInterrupt(error: Error & { code?: unknown }): boolean {
  if (error instanceof Interrupted) return true;
  return error.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}

const maximumFrames = 12;

/** Frames of the reader's and the library's code; those of Node and of the kernel are left out. */
function framesOf(error: Error, cells: Cells, root: string): Frame[] {
  const frames: Frame[] = [];
  for (const line of (error.stack ?? "").split("\n")) {
    const match = /^\s+at (?:(.*?) \()?(.*?):(\d+):(\d+)\)?$/.exec(line);
    if (!match) continue;
    const compiled = { line: Number(match[3]), column: Number(match[4]) };
    const file = match[2]!.replace(/^async /, "");
    const cell = cellFilePattern.exec(file);
    if (cell) {
      const count = Number(cell[1]);
      const position = cells.position(count, compiled);
      // The function that wraps a cell in has no counterpart in the cell.
      if (!position) continue;
      frames.push({ name: nameOf(match[1]), place: `cell [${count}]`, cell: count, ...position });
    } else {
      const frame = fileFrame(nameOf(match[1]), file, compiled, root);
      if (frame) frames.push(frame);
    }
    if (frames.length === maximumFrames) break;
  }
  return frames;
}

/** A cell's declarations are properties of the notebook's scope; the cell itself is a function without a name. */
const nameOf = (name = "") => name.replace(/^(async )?(Object\.|<anonymous>$)/, "$1").trim();

function fileFrame(name: string, file: string, compiled: Position, root: string): Frame | undefined {
  const path = file.startsWith("file:") ? fileURLToPath(file) : file;
  if (!path.startsWith(root) || /node_modules.(tslab|@tslab)\b|notebook.kernel\b/.test(path))
    return undefined;
  const map = `${path}.map`;
  if (!path.includes("node_modules") && existsSync(map)) {
    const { sources, ...rest } = JSON.parse(readFileSync(map, "utf8"));
    const position = lookUp(new SourceMap({ sources, ...rest }), compiled);
    if (position) return { name, place: relative(root, resolve(dirname(path), sources[0])), ...position };
  }
  return { name, place: relative(root, path), ...compiled };
}

const formatFrame = ({ name, place, line, column }: Frame): string =>
  `    at ${name ? `${name} (${place}:${line}:${column})` : `${place}:${line}:${column}`}`;
