import { SourceMap } from "node:module";
import { join } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import { type CellHost, createCellHost } from "./cell-host.js";
import { type CellImport, importsOf } from "./cell-imports.js";
import { type DeclarationKind, type DeclaredName, namesOf } from "./cell-names.js";
import { cellTransformer, parameters } from "./cell-transform.js";
import { type CellDiagnostic, type Position, readDiagnostics } from "./diagnostics.js";
import { scriptName } from "./script-name.js";
import { ts } from "./tslab.js";

/** A cell as JavaScript. */
export interface CompiledCell {
  /** A function of `parameters`. */
  script: string;
  /** Whether the cell awaits, so that the function is async. */
  isAsync: boolean;
  imports: CellImport[];
  /** Names of the variables that the cell declares. */
  variables: string[];
  /** Makes the cell's declarations known to the cells after it: to be called once it has run. */
  commit(): void;
}

export interface Completions {
  /** Where the text that a candidate replaces begins and ends, in UTF-16 code units. */
  start: number;
  end: number;
  candidates: string[];
}

/** A name of the notebook: the latest cell that declared it. */
interface Known {
  cell: number;
  kind: DeclarationKind;
}

interface Maps {
  source: string;
  outputLines: number;
  map: SourceMap | undefined;
}

/** Lines before a cell's first: in its file the declarations of earlier cells, in the script the function's head. */
const linesBefore = 1;

export interface CompilerOptions {
  /** Folder that cells import from, the notebook's. */
  folder: string;
  /** Folder that packages are looked for in where `folder` has none above it, the project's. */
  root: string;
}

/**
 * Compiles cells with TypeScript's language service. Each is a module of its own, so that every form of top-level await,
 * import and export is TypeScript's; names of earlier cells are imported from them, or declared for those that can be
 * assigned, on one line before the cell's first.
 */
export class CellCompiler {
  readonly #folder: string;
  /** The file of the cell at hand, always the same: TypeScript reuses what it knows while the root files stay. */
  readonly #current: string;
  readonly #host: CellHost;
  readonly #service: TypeScript.LanguageService;
  readonly #known = new Map<string, Known>();
  /** Cells that declare something global, or of another module. */
  readonly #ambient = new Set<number>();
  readonly #maps = new Map<number, Maps>();

  constructor({ folder, root }: CompilerOptions) {
    this.#folder = folder;
    this.#current = this.#file(0);
    this.#host = createCellHost({
      folder,
      root,
      current: this.#current,
      cellFile: (count) => this.#file(count),
    });
    this.#service = ts.createLanguageService(this.#host);
    // The first program reads the standard library: now, not when the first cell waits for it.
    this.#write("");
    this.#service.getSemanticDiagnostics(this.#current);
  }

  get typescriptVersion(): string {
    return ts.version;
  }

  /** A cell's JavaScript, or what the type-checker says of it. `count`: its execution count. */
  compile(code: string, count: number): CompiledCell | { diagnostics: CellDiagnostic[] } {
    this.#maps.set(count, { source: code, outputLines: 0, map: undefined });
    const path = this.#current;
    const { before, declared, written } = this.#write(code);
    const text = { start: before, end: before + code.length };
    const found = [
      ...this.#service.getSyntacticDiagnostics(path),
      ...this.#service.getSemanticDiagnostics(path),
    ].filter(({ category, file, start = 0 }) => {
      // What is said of the declarations of earlier cells was not said as those ran: an `any` that TypeScript infers.
      const isPrefix = file?.fileName === path && start < before;
      return category === ts.DiagnosticCategory.Error && !isPrefix;
    });
    if (found.length > 0) {
      const kindOf = (name: string) => this.#known.get(name)?.kind;
      const diagnostics = readDiagnostics(found, { path, before, code, folder: this.#folder, kindOf });
      return { diagnostics };
    }
    const program = this.#service.getProgram()!;
    const file = program.getSourceFile(path)!;
    const checker = program.getTypeChecker();
    const all = namesOf(file);
    const imports = importsOf(file, { checker, isOwn: (node) => node.getStart(file) >= before });
    const own = this.#kindsOf(declared, imports);
    const kindOf = (name: string) => own.get(name) ?? this.#known.get(name)?.kind;
    const scoped = new Set(all.names.filter(({ name }) => isValue(kindOf(name))).map(({ node }) => node));
    const { output, map } = this.#emit(
      program,
      file,
      cellTransformer({ checker, declared: all, scoped, text }),
    );
    const isAsync = awaits(file);
    this.#maps.set(count, { source: code, outputLines: output.split("\n").length, map });
    const head = `(${isAsync ? "async " : ""}function (${Object.values(parameters).join(", ")}) { "use strict";`;
    return {
      script: `${head}\n${output}\n})`,
      isAsync,
      imports,
      variables: [...own].filter(([, kind]) => isValue(kind)).map(([name]) => name),
      commit: () => {
        this.#host.write(this.#file(count), written);
        if (augmentsGlobals(file)) this.#ambient.add(count);
        for (const [name, kind] of own) this.#known.set(name, { cell: count, kind });
      },
    };
  }

  /** Source of a cell by its execution count. */
  source(count: number): string | undefined {
    return this.#maps.get(count)?.source;
  }

  /** Position in a cell's TypeScript of a position in the JavaScript that ran. */
  position(count: number, compiled: Position): Position | undefined {
    const maps = this.#maps.get(count);
    const line = compiled.line - linesBefore;
    if (!maps || line < 1 || line > maps.outputLines) return undefined;
    const written = lookUp(maps.map, { line, column: compiled.column });
    return written && { ...written, line: written.line - linesBefore };
  }

  /** What can stand at a position of unfinished code, both in UTF-16 code units. */
  complete(code: string, position: number): Completions {
    const path = this.#current;
    const { before } = this.#write(code, { all: true });
    const info = this.#service.getCompletionsAtPosition(path, before + position, {});
    const start = position - /[\p{ID_Continue}$]*$/u.exec(code.slice(0, position))![0].length;
    const end = position + /^[\p{ID_Continue}$]*/u.exec(code.slice(position))![0].length;
    const prefix = code.slice(start, position).toLowerCase();
    const rank = (name: string) => {
      const at = name.toLowerCase().indexOf(prefix);
      return at === 0 ? (name.startsWith(code.slice(start, position)) ? 0 : 1) : at > 0 ? 2 : 3;
    };
    const entries = (info?.entries ?? []).filter(({ name }) => rank(name) < 3);
    const order = (entry: TypeScript.CompletionEntry) => `${rank(entry.name)}${entry.sortText}${entry.name}`;
    const sorted = entries.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
    return { start, end, candidates: [...new Set(sorted.map(({ name }) => name))] };
  }

  /** What is known of the name at a position, in UTF-16 code units. */
  inspect(code: string, position: number): string | undefined {
    const path = this.#current;
    const { before } = this.#write(code);
    const info = this.#service.getQuickInfoAtPosition(path, before + position);
    if (!info) return undefined;
    const signature = ts
      .displayPartsToString(info.displayParts)
      .replace(/^\(alias\) /, "")
      .replace(/\nimport [\w$]+$/, "");
    const tags = (info.tags ?? []).map(({ name, text }) =>
      `@${name} ${ts.displayPartsToString(text)}`.trimEnd(),
    );
    return [signature, ts.displayPartsToString(info.documentation), tags.join("\n")]
      .filter(Boolean)
      .join("\n\n");
  }

  close(): void {
    this.#service.dispose();
  }

  #file(count: number): string {
    return join(this.#folder, `${scriptName(count)}.mts`).replaceAll("\\", "/");
  }

  /** Writes the file of the cell at hand, in which its code begins at `before`. `all`: with every earlier name. */
  #write(code: string, { all = false } = {}): { before: number; declared: DeclaredName[]; written: string } {
    const parsed = ts.createSourceFile(this.#current, code, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
    const { names: declared } = namesOf(parsed);
    const own = new Set(declared.map(({ name }) => name));
    // Only what the cell names, so that a long session stays as quick as a short one.
    const named = identifiersIn(parsed);
    const known = [...this.#known].filter(([name]) => !own.has(name) && (all || named.has(name)));
    const ambient = [...this.#ambient].map((count) => `import "cell:${count}";`);
    const prefix = `${[...ambient, ...known.map(([name, entry]) => declarationOf(name, entry))].join(" ")}\n`;
    const exported = new Set(declared.filter((one) => one.exported).map(({ name }) => name));
    const exports = [...own].filter((name) => !exported.has(name));
    const written = `${prefix}${code}\nexport { ${exports.join(", ")} };\n`;
    this.#host.write(this.#current, written);
    return { before: prefix.length, declared, written };
  }

  /** The kinds of a cell's names: of several declarations of one name that with a value counts. */
  #kindsOf(declared: readonly DeclaredName[], imports: readonly CellImport[]): Map<string, DeclarationKind> {
    const loaded = new Set(imports.flatMap(({ bindings }) => bindings.map(({ name }) => name)));
    const kinds = new Map<string, DeclarationKind>();
    for (const { name, kind: written, node } of declared) {
      const ofTypes = written === "import" && !loaded.has(name) && !ts.isImportEqualsDeclaration(node);
      if (!isValue(kinds.get(name))) kinds.set(name, ofTypes ? "type" : written);
    }
    return kinds;
  }

  #emit(
    program: TypeScript.Program,
    file: TypeScript.SourceFile,
    transformer: TypeScript.TransformerFactory<TypeScript.SourceFile>,
  ): { output: string; map: SourceMap | undefined } {
    let output = "";
    let map: SourceMap | undefined;
    const write = (name: string, text: string) => {
      if (name.endsWith(".map")) map = new SourceMap(JSON.parse(text));
      else output = text.replace(/\/\/# sourceMappingURL=.*\s*$/, "").replace(/^export \{\s*\};$\n?/m, "");
    };
    program.emit(file, write, undefined, false, { before: [transformer] });
    return { output, map };
  }
}

const isValue = (kind: DeclarationKind | undefined): boolean =>
  kind !== undefined && kind !== "type" && kind !== "ambient";

/** A name of an earlier cell as a later one sees it. An import could not be assigned to. */
function declarationOf(name: string, { cell, kind }: Known): string {
  return kind === "let" || kind === "var"
    ? `declare ${kind} ${name}: typeof import("cell:${cell}").${name};`
    : `import { ${name} } from "cell:${cell}";`;
}

function identifiersIn(node: TypeScript.Node, found = new Set<string>()): Set<string> {
  if (ts.isIdentifier(node)) found.add(node.text);
  ts.forEachChild(node, (child) => {
    identifiersIn(child, found);
  });
  return found;
}

const augmentsGlobals = (file: TypeScript.SourceFile): boolean =>
  file.statements.some(
    (one) =>
      ts.isModuleDeclaration(one) &&
      (ts.isStringLiteral(one.name) || (one.flags & ts.NodeFlags.GlobalAugmentation) !== 0),
  );

/** Whether code outside of functions awaits. */
function awaits(node: TypeScript.Node): boolean {
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true;
  if (
    ts.isVariableDeclarationList(node) &&
    (node.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.AwaitUsing
  )
    return true;
  const isAwaiting = (child: TypeScript.Node) => awaits(child) || undefined;
  if (!ts.isFunctionLike(node)) return ts.forEachChild(node, isAwaiting) ?? false;
  // The name and the decorators of a method belong to what is around its class.
  const outside = [...(ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [])];
  return outside.some(awaits) || (node.name !== undefined && awaits(node.name));
}

/** Position in the original file of one in the generated file. */
export function lookUp(map: SourceMap | undefined, { line, column }: Position): Position | undefined {
  const entry = map?.findEntry(line - 1, column - 1);
  if (!entry || !("originalLine" in entry)) return undefined;
  return { line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}
