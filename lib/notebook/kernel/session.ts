import { setImmediate as turn } from "node:timers/promises";
import vm from "node:vm";
import { setCellSignal } from "../signal.js";
import { CellModules } from "./cell-modules.js";
import { CellScope } from "./cell-scope.js";
import { CellCompiler, type CompiledCell, type CompilerOptions, type Completions } from "./compiler.js";
import { type Bundle, presentValue } from "./present.js";
import { scriptName } from "./script-name.js";
import { describeDiagnostics, describeThrown, type ErrorContent, Interrupted } from "./trace.js";

export type CellOutcome =
  | { status: "ok"; count: number; result?: Bundle }
  | { status: "error"; count: number; error: ErrorContent };

const entryKey = Symbol.for("filter-sparsity.cell-entry");
/** The arguments of the cell that is entered. */
const entry = globalThis as { [entryKey]?: unknown[] };

/** Runs cells one after the other, each seeing the declarations of those before it. */
export class Session {
  #count = 0;
  #abort = new AbortController();
  #stop: ((reason: unknown) => void) | undefined;
  /** Called when the synchronous part of a cell has run. */
  afterEntry: () => void = () => {};
  readonly #root: string;
  readonly #compiler: CellCompiler;
  readonly #modules: CellModules;
  readonly #scope: CellScope;

  /** `folder`: the notebook's, `root`: the project's. */
  constructor({ folder, root }: CompilerOptions) {
    this.#root = root;
    this.#compiler = new CellCompiler({ folder, root });
    this.#modules = new CellModules({ folder, root });
    this.#scope = new CellScope(this.#modules.import);
  }

  /** The count that the next cell will have. */
  get nextCount(): number {
    return this.#count + 1;
  }

  get typescriptVersion(): string {
    return this.#compiler.typescriptVersion;
  }

  async execute(code: string, { counts = true }: { counts?: boolean } = {}): Promise<CellOutcome> {
    const count = this.nextCount;
    if (counts) this.#count = count;
    this.#abort = new AbortController();
    setCellSignal(this.#abort.signal);
    try {
      const compiled = this.#compiler.compile(code, count);
      if ("diagnostics" in compiled)
        return { status: "error", count, error: describeDiagnostics(compiled.diagnostics, count, code) };
      const [value] = (await this.#run(compiled, count)) ?? [];
      return { status: "ok", count, ...(value != null && { result: presentValue(value) }) };
    } catch (error) {
      return { status: "error", count, error: this.describe(error) };
    }
  }

  /** The value of the cell's last expression, in an array: it may be a promise. undefined: the cell has none. */
  async #run(cell: CompiledCell, count: number): Promise<[unknown] | undefined> {
    const restore = this.#scope.snapshot(cell.variables);
    const stopped = new Promise<never>((_, reject) => {
      this.#stop = reject;
    });
    stopped.catch(() => {});
    try {
      const script = new vm.Script(
        `${cell.script}.apply(undefined, globalThis[Symbol.for("${entryKey.description}")])`,
        {
          filename: scriptName(count),
        },
      );
      await Promise.race([this.#scope.load(cell.imports), stopped]);
      // Node drops a SIGINT that came before as it enters the cell: let it be heard first. Signals are read in the
      // event loop's poll phase, which comes for certain only between two immediates.
      await turn();
      await turn();
      if (this.#abort.signal.aborted) throw new Interrupted();
      const { require, import: load, meta } = this.#modules;
      entry[entryKey] = [this.#scope.variables, require, load, meta];
      let returned: unknown;
      try {
        returned = script.runInThisContext({ breakOnSigint: true });
      } finally {
        this.afterEntry();
      }
      const result = (cell.isAsync ? await Promise.race([returned, stopped]) : returned) as
        | [unknown]
        | undefined;
      // A rejection that nobody awaits is known once the microtasks are through.
      await Promise.race([turn(), stopped]);
      cell.commit();
      return result;
    } catch (error) {
      restore();
      throw error;
    } finally {
      this.#stop = undefined;
    }
  }

  /** An error as Jupyter shows it. */
  describe(error: unknown): ErrorContent {
    return describeThrown(error, this.#compiler, this.#root);
  }

  /** Ends the running cell, and tells code that listens to `cellSignal()` to stop. */
  interrupt(): void {
    this.#abort.abort(new Error("the cell was interrupted"));
    this.#stop?.(new Interrupted());
  }

  /** Fails the running cell with an error that was thrown outside of its own call; false where none runs. */
  fail(error: unknown): boolean {
    this.#stop?.(error);
    return this.#stop !== undefined;
  }

  complete(code: string, position: number): Completions {
    try {
      return this.#compiler.complete(code, position);
    } catch {
      // The compiler throws on some unfinished code; no completion is the answer then.
      return { start: position, end: position, candidates: [] };
    }
  }

  inspect(code: string, position: number): string | undefined {
    try {
      return this.#compiler.inspect(code, position);
    } catch {
      return undefined;
    }
  }

  close(): void {
    this.#compiler.close();
  }
}
