import { format } from "node:util";
import { messageOf } from "../../../errors.js";
import { setPageDisplay } from "../../../notebook/display.js";
import { CellScope } from "../../../notebook/kernel/cell-scope.js";
import { presentValue } from "../../../notebook/kernel/present.js";
import { scriptName } from "../../../notebook/kernel/script-name.js";
import { setCellSignal } from "../../../notebook/signal.js";
import { keptRuns } from "../kept-runs.js";
import type { ReadersImages, RunnerReport, RunnerRequest, Script, Start, Thrown } from "../messages.js";
import { askReader } from "../node/admission.js";
import { keepTrainedRuns } from "../node/durable.js";
import { disk, root } from "./disk.js";
import { mountKeptRuns } from "./kept.js";
import { fetchListing } from "./listing.js";
import { importModule, loadDanfo, loadLibrary } from "./modules.js";
import { rememberWholeRuns } from "./whole-runs.js";

/** The part of a worker's global scope that is used here; the library's types are a page's. */
const port = globalThis as unknown as {
  postMessage(report: RunnerReport): void;
  onmessage: ((event: MessageEvent<RunnerRequest>) => void) | null;
};

const scope = new CellScope(importModule);
let abort = new AbortController();
/** In the global scope. */
// biome-ignore lint/security/noGlobalEval: to run what the reader has written is what this worker is for.
const evaluate = eval;
/** Fails the running cell with what was thrown outside of its own call. */
let fail: (reason: unknown) => void = () => {};

port.onmessage = ({ data }) => {
  if (data.type === "start")
    start(data).catch((error: Error) => port.postMessage({ type: "failed", message: error.message }));
  else if (data.type === "interrupt") {
    abort.abort(new Error("the cell was interrupted"));
    fail(new Error("the cell was interrupted before it ended"));
  } else if (data.type === "images") void takeReaders(data.images);
  else if (data.type === "run")
    run(data.script, data.cell).then(
      () => port.postMessage({ type: "done" }),
      (error: unknown) => port.postMessage({ type: "thrown", thrown: passedOn(error) }),
    );
};

async function start({ assets }: Start): Promise<void> {
  captureConsole();
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    fail(event.reason);
  });
  const [files, kept] = await Promise.all([
    fetchListing(new URL("files.json.gz", assets)),
    keptRuns(),
    loadLibrary(),
  ]);
  // Not before: in a notebook the library loads danfojs at once.
  setPageDisplay(({ data, metadata, transient }, update) => {
    sendText();
    const type = update ? "update" : "display";
    port.postMessage({ type: "output", output: { type, id: transient.display_id, data, metadata } });
  });
  disk.mount(root, files, assets);
  disk.makeFolder("/tmp");
  rememberWholeRuns(Object.keys(files.files));
  mountKeptRuns(kept);
  keepTrainedRuns();
  askReader();
  port.postMessage({ type: "ready" });
  void loadDanfo();
}

async function takeReaders(images: ReadersImages): Promise<void> {
  const { stamp } = images;
  try {
    const { checkImages } = await import("./images.js");
    port.postMessage({ type: "images", stamp, usable: true, text: await checkImages(images) });
  } catch (error) {
    port.postMessage({ type: "images", stamp, usable: false, text: messageOf(error) });
  }
}

async function run({ script, isAsync, imports, variables }: Script, cell: number): Promise<void> {
  abort = new AbortController();
  setCellSignal(abort.signal);
  printed = 0;
  const restore = scope.snapshot(variables);
  const stopped = new Promise<never>((_, reject) => {
    fail = reject;
  });
  stopped.catch(() => {});
  try {
    await Promise.race([Promise.all([scope.load(imports), loadDanfo()]), stopped]);
    const entry = evaluate(`${script}\n//# sourceURL=${scriptName(cell)}`) as (
      ...given: unknown[]
    ) => unknown;
    const returned = entry(scope.variables, undefined, scope.import, {
      url: `file://${root}/notebooks/`,
      dirname: `${root}/notebooks`,
    });
    const [value] = ((isAsync ? await Promise.race([returned, stopped]) : returned) ?? []) as [unknown?];
    // A rejection that nobody awaits is known once the microtasks are through.
    await Promise.race([new Promise((resolve) => setTimeout(resolve)), stopped]);
    if (value != null)
      port.postMessage({
        type: "output",
        output: { type: "display", id: "result", data: presentValue(value), metadata: {} },
      });
  } catch (error) {
    restore();
    throw error;
  } finally {
    sendText();
    fail = () => {};
  }
}

function captureConsole(): void {
  for (const [name, methods] of [
    ["stdout", ["log", "info", "debug"]],
    ["stderr", ["warn", "error", "trace"]],
  ] as const)
    for (const method of methods) console[method] = (...values: unknown[]) => print(name, format(...values));
}

/** Characters of a cell's printed text that the page takes. */
const mostText = 200_000;
/** Milliseconds between two messages with text while a cell computes. */
const sendingInterval = 100;

let text: { name: "stdout" | "stderr"; text: string } | undefined;
let printed = 0;
let sentAt = 0;

/** Gathers lines: a loop that prints a thousand of them is one message. */
function print(name: "stdout" | "stderr", line: string): void {
  if (printed > mostText) return;
  printed += line.length + 1;
  if (text && text.name !== name) sendText();
  if (!text) setTimeout(sendText);
  text ??= { name, text: "" };
  text.text += printed > mostText ? "... more was printed than a page shows\n" : `${line}\n`;
  if (performance.now() - sentAt > sendingInterval) sendText();
}

function sendText(): void {
  if (text) port.postMessage({ type: "output", output: { type: "stream", ...text } });
  text = undefined;
  sentAt = performance.now();
}

/** As V8 writes a stack, which those who read it expect: "at f (file:1:2)" for "f@file:1:2". */
const stackOf = (error: Error): string =>
  (error.stack ?? "").replace(/^(.*?)@(.*:\d+:\d+)$/gm, (_line, name, place) => `    at ${name} (${place})`);

function passedOn(thrown: unknown, depth = 0): Thrown {
  if (typeof thrown === "object" && thrown !== null && "message" in thrown) {
    const error = thrown as Error;
    const cause = depth < 5 && error.cause !== undefined ? passedOn(error.cause, depth + 1) : undefined;
    return {
      ...{ name: String(error.name), message: String(error.message), stack: stackOf(error) },
      ...(cause && { cause }),
    };
  }
  return { name: "Thrown", message: typeof thrown === "string" ? thrown : format(thrown), stack: "" };
}
