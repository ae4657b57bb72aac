import { CellCompiler, type CompiledCell } from "../../../notebook/kernel/compiler.js";
import { describeDiagnostics, describeThrown, type ErrorContent } from "../../../notebook/kernel/trace.js";
import type { Compiled, CompilerReport, CompilerRequest, Start, Thrown } from "../messages.js";
import { disk, root } from "./disk.js";
import { fetchListing } from "./listing.js";

/** The part of a worker's global scope that is used here; the library's types are a page's. */
const port = globalThis as unknown as {
  postMessage(report: CompilerReport): void;
  onmessage: ((event: MessageEvent<CompilerRequest>) => void) | null;
};

/** Stands for a cell that is being written: what is known of the running one stays. */
const unnumbered = 0;

let compiler: CellCompiler;
const compiled = new Map<number, CompiledCell>();

port.onmessage = ({ data }) => {
  if (data.type === "start")
    start(data).catch((error: Error) => port.postMessage({ type: "failed", message: error.message }));
  else if (data.type === "commit") compiled.get(data.cell)?.commit();
  else if (data.type === "declare") {
    const result = compiler.compile(data.code, data.cell);
    if (!("diagnostics" in result)) result.commit();
  } else port.postMessage({ type: "answer", id: data.id, answer: answerTo(data) });
};

async function start({ assets }: Start): Promise<void> {
  disk.mount(root, await fetchListing(new URL("types.json.gz", assets)), assets);
  compiler = new CellCompiler({ folder: `${root}/notebooks`, root });
  port.postMessage({ type: "ready" });
}

function answerTo(request: Extract<CompilerRequest, { id: number }>) {
  switch (request.type) {
    case "compile":
      return compile(request.code, request.cell);
    case "check": {
      const checked = compiler.compile(request.code, unnumbered);
      return "diagnostics" in checked ? checked.diagnostics : [];
    }
    case "complete":
      return completionsAt(request.code, request.position);
    case "describe":
      return describe(request.thrown);
  }
}

function compile(code: string, cell: number): Compiled {
  const result = compiler.compile(code, cell);
  if ("diagnostics" in result)
    return { ...result, error: describeDiagnostics(result.diagnostics, cell, code) };
  compiled.set(cell, result);
  const { script, isAsync, imports, variables } = result;
  return { script: { script, isAsync, imports, variables } };
}

function completionsAt(code: string, position: number) {
  try {
    return compiler.complete(code, position);
  } catch {
    // The compiler throws on some unfinished code; no completion is the answer then.
    return { start: position, candidates: [] };
  }
}

const describe = (thrown: Thrown): ErrorContent => describeThrown(thrown, compiler, root);
