import { setImmediate as turn } from "node:timers/promises";
import { inspect } from "node:util";
import type { CompletionInfo, ConvertResult } from "tslab/dist/converter.js";
import type { Executor } from "tslab/dist/executor.js";
import { setCellSignal } from "../signal.js";
import { type CellCompiler, tslabRequire } from "./compiler.js";
import { describeDiagnostics, describeThrown, type ErrorContent, Interrupted } from "./trace.js";

export type CellOutcome =
  | { status: "ok"; count: number; result?: string }
  | { status: "error"; count: number; error: ErrorContent };

/** Runs cells one after the other, each seeing the declarations of those before it. */
export class Session {
  #count = 0;
  #previous = "";
  #converted: { previous: string; code: string; result: ConvertResult } | undefined;
  #thrown: { value: unknown } | undefined;
  #result: { value: unknown } | undefined;
  #abort = new AbortController();
  /** Called when the synchronous part of a cell has run. */
  afterEntry: () => void = () => {};
  readonly #root: string;
  readonly #compiler: CellCompiler;
  readonly #executor: Executor;

  constructor(root: string, compiler: CellCompiler) {
    this.#root = root;
    this.#compiler = compiler;
    const { createExecutor } = tslabRequire("./executor.js") as typeof import("tslab/dist/executor.js");
    const { converter } = compiler;
    const checked = {
      ...converter,
      convert: (previous: string, code: string) => this.convert(previous, code),
    };
    // tslab's executor reports through a console: its one-argument calls carry the thrown value and the value
    // of a cell's last expression; the diagnostics it would print are taken from the converter.
    this.#executor = createExecutor(
      root,
      { node: checked, browser: checked, close: () => converter.close() },
      {
        log: (value: unknown) => {
          this.#result = { value };
        },
        error: (value: unknown, ...rest: unknown[]) => {
          if (rest.length === 0) this.#thrown = { value };
        },
      },
    );
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
    this.#thrown = undefined;
    this.#result = undefined;
    this.#abort = new AbortController();
    setCellSignal(this.#abort.signal);
    this.#compiler.beginCell(count, code);
    try {
      const { diagnostics, declOutput = "" } = this.convert(this.#previous, code);
      // Node drops a SIGINT that came during the conversion as it enters the cell: let it be heard first. Signals
      // are read in the event loop's poll phase, which comes for certain only between two immediates.
      await turn();
      await turn();
      if (this.#abort.signal.aborted) throw new Interrupted();
      const running = this.#executor.execute(code);
      this.afterEntry();
      const finished = await running;
      if (diagnostics.length > 0)
        return { status: "error", count, error: describeDiagnostics(diagnostics, count, code) };
      if (!finished) return { status: "error", count, error: this.describe(this.thrown()) };
      this.#previous = declOutput;
      const result = this.#result as { value: unknown } | undefined;
      return { status: "ok", count, ...(result && { result: inspect(result.value, { depth: 4 }) }) };
    } catch (error) {
      return { status: "error", count, error: this.describe(error) };
    }
  }

  /** An error as Jupyter shows it. */
  describe(error: unknown): ErrorContent {
    return describeThrown(error, this.#compiler, this.#root);
  }

  /** Ends the running cell, and tells code that listens to `cellSignal()` to stop. */
  interrupt(): void {
    this.#abort.abort(new Error("the cell was interrupted"));
    this.#executor.interrupt();
  }

  complete(code: string, position: number): CompletionInfo {
    try {
      return this.#executor.complete(code, position);
    } catch {
      // The compiler throws on some unfinished code; no completion is the answer then.
      return { start: position, end: position, candidates: [] };
    }
  }

  inspect(code: string, position: number): string | undefined {
    try {
      const info = this.#executor.inspect(code, position);
      const { printQuickInfo } = tslabRequire("./inspect.js") as typeof import("tslab/dist/inspect.js");
      return info && printQuickInfo(info);
    } catch {
      return undefined;
    }
  }

  close(): void {
    this.#executor.close();
  }

  /** tslab's executor converts a cell again that was converted before; the same result serves it. */
  private convert(previous: string, code: string): ConvertResult {
    const known = this.#converted;
    if (known?.previous === previous && known.code === code) return known.result;
    const result = this.#compiler.converter.convert(previous, code);
    this.#converted = { previous, code, result };
    return result;
  }

  private thrown(): unknown {
    return this.#thrown?.value;
  }
}
