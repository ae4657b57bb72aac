import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import type { Diagnostic } from "tslab/dist/converter.js";
import { type CellCompiler, cellFilePattern, lookUp, type Position } from "./compiler.js";

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
  if (!(thrown instanceof Error) && !isErrorLike(thrown)) {
    const evalue = typeof thrown === "string" ? thrown : inspect(thrown, { depth: 2 });
    return { ename: "Thrown", evalue, traceback: [`Thrown: ${evalue}`] };
  }
  if (isInterrupt(thrown)) {
    const evalue = "the cell was interrupted before it ended";
    return { ename: "Interrupted", evalue, traceback: [`Interrupted: ${evalue}`] };
  }
  const { name, message } = thrown;
  const frames = framesOf(thrown, cells, root);
  const inCell = frames.find(({ cell }) => cell !== undefined);
  const lines = [`${name}: ${message}`];
  if (inCell) lines.push(...codeFrame(cells.source(inCell.cell!) ?? "", inCell, inCell.place));
  lines.push(...frames.map(formatFrame));
  if (thrown.cause !== undefined) {
    const cause = describeThrown(thrown.cause, cells, root);
    lines.push(`Caused by ${cause.traceback[0]}`);
  }
  return { ename: name, evalue: message, traceback: lines };
}

/** What the type-checker said of a cell. tslab lists the links of one message chain as separate diagnostics. */
export function describeDiagnostics(diagnostics: Diagnostic[], count: number, source: string): ErrorContent {
  const chains: Diagnostic[][] = [];
  for (const diagnostic of diagnostics) {
    const chain = chains.at(-1);
    if (chain && chain[0]?.start.offset === diagnostic.start.offset) chain.push(diagnostic);
    else chains.push([diagnostic]);
  }
  const lines = chains.flatMap((chain) => {
    const [{ code, fileName, start }] = chain as [Diagnostic];
    const position = { line: start.line + 1, column: start.character + 1 };
    const text = chain.map(({ messageText }, depth) => `${"  ".repeat(depth)}${messageText}`);
    text[0] = `TS${code}: ${text[0]}`;
    return fileName
      ? [...text, `${fileName}, line ${position.line}, column ${position.column}`]
      : [...text, ...codeFrame(source, position, `cell [${count}]`)];
  });
  const [{ code, start, messageText }] = diagnostics as [Diagnostic];
  const evalue = `TS${code} at line ${start.line + 1}, column ${start.character + 1}: ${messageText}`;
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
  return error.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" || error.message === "Interrupted asynchronously";
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
      // The function that tslab wraps a cell in has no counterpart in the cell.
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

/** A cell's declarations are properties of tslab's proxy. */
const nameOf = (name = "") => name.replace(/^(async )?(Proxy|exports)\./, "$1");

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
