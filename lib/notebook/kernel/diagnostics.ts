import { relative } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import type { DeclarationKind } from "./cell-names.js";
import { ts } from "./tslab.js";

/** A place in a cell or a source file, both counted from 1. */
export interface Position {
  line: number;
  column: number;
}

/** What the type-checker says of a cell. */
export interface CellDiagnostic extends Position {
  code: number;
  /** The message, the links of its chain indented on lines of their own. */
  message: string;
  /** The file it is about, where that is not the cell. */
  fileName?: string;
}

interface Place {
  /** The cell's file, and where its code begins in it. */
  path: string;
  before: number;
  code: string;
  folder: string;
  /** Kind of a name of an earlier cell. */
  kindOf(name: string): DeclarationKind | undefined;
}

const assignToImport = 2632;
const assignToConstant = 2588;

export function readDiagnostics(
  found: readonly TypeScript.Diagnostic[],
  { path, before, code, folder, kindOf }: Place,
): CellDiagnostic[] {
  return found.map((one) => {
    const message = ts.flattenDiagnosticMessageText(one.messageText, "\n");
    const { file, start = 0 } = one;
    if (file && file.fileName !== path) {
      const { line, character } = file.getLineAndCharacterOfPosition(start);
      const fileName = relative(folder, file.fileName);
      return { code: one.code, message, line: line + 1, column: character + 1, fileName };
    }
    // What is missing at the end of a cell is missed where the kernel's own line begins.
    const at = Math.min(Math.max(start - before, 0), code.length);
    const lines = code.slice(0, at).split("\n");
    const place = { line: lines.length, column: lines.at(-1)!.length + 1 };
    const name = code.slice(at, at + (one.length ?? 0));
    // The name is imported from its cell behind the reader's back.
    return one.code === assignToImport && kindOf(name) !== "import" && kindOf(name) !== undefined
      ? {
          code: assignToConstant,
          message: `Cannot assign to '${name}' because it is a ${nounOf(kindOf(name)!)}.`,
          ...place,
        }
      : { code: one.code, message, ...place };
  });
}

const nounOf = (kind: DeclarationKind) => (kind === "const" ? "constant" : kind);
