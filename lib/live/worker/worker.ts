import { openBrowserEngine } from "../../engine/browser.js";
import { messageOf } from "../../errors.js";
import type { Look, Report, Request } from "../messages.js";
import { rerun } from "./rerun.js";

/** Milliseconds between two messages with looks: a page draws no faster. */
const sendingInterval = 60;

/** The part of a worker's global scope that is used here; the library's types are a page's. */
const port = globalThis as unknown as {
  postMessage(report: Report): void;
  onmessage: ((event: MessageEvent<Request>) => void) | null;
};

let running: AbortController | undefined;

port.onmessage = ({ data }) => {
  if (data.type === "stop") return running?.abort();
  running = new AbortController();
  const { signal } = running;
  run(data, signal).catch((error: unknown) => {
    if (signal.aborted) port.postMessage({ type: "stopped" });
    else port.postMessage({ type: "failed", message: messageOf(error) });
  });
};

async function run(request: Extract<Request, { type: "run" }>, signal: AbortSignal): Promise<void> {
  const { configs, seed, gradients, engine: name, assets } = request;
  const engine = await openBrowserEngine({ name, assets });
  signal.throwIfAborted();
  port.postMessage({ type: "engine", version: engine.version });
  const post = throttled();
  const results = await rerun({
    ...{ engine, configs, seed, gradients, signal },
    onStart: (arms) => port.postMessage({ type: "started", arms }),
    onLook: post,
  });
  post();
  port.postMessage({ type: "done", results });
}

/** Sends looks, several at once where they come fast; without one, sends what is left. */
function throttled(): (look?: Look) => void {
  let looks: Look[] = [];
  let sentAt = Number.NEGATIVE_INFINITY;
  return (look) => {
    if (look) looks.push(look);
    if (looks.length === 0 || (look && performance.now() - sentAt < sendingInterval)) return;
    sentAt = performance.now();
    port.postMessage({ type: "looks", looks });
    looks = [];
  };
}
