import { createRequire, SourceMap } from "node:module";
import type {
  CompilerOptions,
  DiagnosticReporter,
  EmitAndSemanticDiagnosticsBuilderProgram,
  System,
  WatchStatusReporter,
} from "@tslab/typescript-for-tslab";
import type { Converter, ConvertResult } from "tslab/dist/converter.js";
import { separatePropertyNames } from "./previous-cells.js";

type TypeScript = typeof import("@tslab/typescript-for-tslab");

/** A place in a cell or a source file, both counted from 1. */
export interface Position {
  line: number;
  column: number;
}

export interface CellCompiler {
  /** tslab's converter, its output named after the cell (`cellFile`) so that stack traces can be mapped back. */
  converter: Converter;
  /** Names the next conversion. */
  beginCell(count: number, code: string): void;
  /** Source of a cell by its execution count. */
  source(count: number): string | undefined;
  /** Position in a cell's TypeScript of a position in the JavaScript that ran. */
  position(count: number, compiled: Position): Position | undefined;
  typescriptVersion: string;
}

const cellFile = (count: number) => `filter-sparsity-cell-${count}`;
/** Matches the file name of a cell in a stack trace; its execution count is the first group. */
export const cellFilePattern = /^filter-sparsity-cell-(\d+)$/;

const here = createRequire(import.meta.url);
/** Resolves as tslab does, so that both see one TypeScript and one protocol module. */
export const tslabRequire = createRequire(here.resolve("tslab/dist/main.js"));

/** Lines that stand before a cell's first line: tslab's `export {};`, and the line that its function opens on. */
const linesBefore = { source: 1, output: 1 };

interface Maps {
  source: string;
  /** Lines of JavaScript that ran; those after them are tslab's. */
  outputLines: number;
  typescript: SourceMap | undefined;
  commonJs: SourceMap | undefined;
}

/** The project's tsconfig, as far as cells are concerned. */
const cellOptions: CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noFallthroughCasesInSwitch: true,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
  types: ["node"],
  inlineSourceMap: true,
};

/**
 * tslab's compiler with the project's settings. tslab fixes its compiler options and reads no tsconfig, and it
 * emits no source maps; both are mended where it calls TypeScript.
 */
export function createCompiler(): CellCompiler {
  const typescriptPath = tslabRequire.resolve("@tslab/typescript-for-tslab");
  const typescript = tslabRequire(typescriptPath) as TypeScript;
  let latest: Pick<Maps, "typescript" | "commonJs"> = { typescript: undefined, commonJs: undefined };

  // A running kernel keeps the modules it has loaded, so it should keep their types too; and thousands of
  // watched files exhaust inotify on a shared machine.
  typescript.sys.watchFile = () => ({ close() {} });
  typescript.sys.watchDirectory = () => ({ close() {} });

  const createWatchCompilerHost = (
    files: string[],
    options: CompilerOptions,
    system: System,
    _createProgram: null,
    report?: DiagnosticReporter,
    reportStatus?: WatchStatusReporter,
  ) =>
    typescript.createWatchCompilerHost<EmitAndSemanticDiagnosticsBuilderProgram>(
      files,
      { ...options, ...cellOptions },
      system,
      (...program) =>
        repaired(typescript, typescript.createEmitAndSemanticDiagnosticsBuilderProgram(...program)),
      report,
      reportStatus,
    );

  const transpileModule: TypeScript["transpileModule"] = (input, options) => {
    const { text, map } = splitSourceMap(input);
    const result = typescript.transpileModule(text, {
      ...options,
      compilerOptions: { ...options.compilerOptions, sourceMap: true },
    });
    const sourceMap = result.sourceMapText;
    latest = { typescript: map, commonJs: sourceMap ? new SourceMap(JSON.parse(sourceMap)) : undefined };
    return { ...result, outputText: result.outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, "") };
  };

  // TypeScript's exports are getters, so a changed copy takes their place.
  tslabRequire.cache[typescriptPath]!.exports = { ...typescript, createWatchCompilerHost, transpileModule };

  const { createConverter } = tslabRequire("./converter.js") as typeof import("tslab/dist/converter.js");
  const converter = createConverter({ isJS: false, isBrowser: false });
  const cells = new Map<number, Maps>();
  let current = 0;

  const convert = (previous: string, code: string): ConvertResult => {
    const result = converter.convert(previous, code);
    if (!result.output) return result;
    cells.set(current, { source: code, outputLines: result.output.split("\n").length, ...latest });
    return { ...result, output: `\n${result.output}\n//# sourceURL=${cellFile(current)}` };
  };

  return {
    converter: { ...converter, convert },
    beginCell(count, source) {
      current = count;
      cells.set(count, { source, outputLines: 0, typescript: undefined, commonJs: undefined });
    },
    source: (count) => cells.get(count)?.source,
    position(count, compiled) {
      const maps = cells.get(count);
      const line = compiled.line - linesBefore.output;
      if (!maps || line < 1 || line > maps.outputLines) return undefined;
      const transpiled = lookUp(maps.commonJs, { line, column: compiled.column });
      const written = transpiled && lookUp(maps.typescript, transpiled);
      return written && { ...written, line: written.line - linesBefore.source };
    },
    typescriptVersion: typescript.version,
  };
}

/** The builder with its emit put right for names that earlier cells declared. */
function repaired<Builder extends EmitAndSemanticDiagnosticsBuilderProgram>(
  typescript: TypeScript,
  builder: Builder,
): Builder {
  const { emit } = builder;
  builder.emit = (file, write, cancellation, declarationsOnly, transformers) => {
    const names = separatePropertyNames(typescript, builder.getProgram().getTypeChecker(), ({ fileName }) =>
      fileName.endsWith("/__prev__.d.ts"),
    );
    const after = [names, ...(transformers?.after ?? [])];
    return emit(file, write, cancellation, declarationsOnly, { ...transformers, after });
  };
  return builder;
}

/** Position in the original file of one in the generated file. */
export function lookUp(map: SourceMap | undefined, { line, column }: Position): Position | undefined {
  const entry = map?.findEntry(line - 1, column - 1);
  if (!entry || !("originalLine" in entry)) return undefined;
  return { line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

function splitSourceMap(text: string): { text: string; map: SourceMap | undefined } {
  const match = /\n?\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(text);
  if (!match) return { text, map: undefined };
  const json = Buffer.from(match[1]!, "base64").toString("utf8");
  return { text: text.slice(0, match.index), map: new SourceMap(JSON.parse(json)) };
}
