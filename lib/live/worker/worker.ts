import { messageOf } from "../../errors.js";
import type { Look, Report, Request } from "../messages.js";
import { candidates, gaveUp } from "./candidates.js";
import { rerun } from "./rerun.js";

/** Milliseconds between two messages with looks: a page draws no faster. */
const sendingInterval = 60;

/** Milliseconds a step, above which WebGPU is slower than wasm is on nearly every machine. */
const tooSlow = 60;

/** An engine gives way to the next one until every arm has had so many looks. */
const trialLooks = 2;

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

/** Trains on the first engine that serves; one that fails before its second look gives way to the next. */
async function run(request: Extract<Request, { type: "run" }>, signal: AbortSignal): Promise<void> {
  const { configs, seed, gradients } = request;
  const engines = await candidates(request.engine, request.assets);
  let note: string | undefined;
  for (const [index, candidate] of engines.entries()) {
    const next = engines[index + 1];
    let looks = 0;
    const isTried = () => next !== undefined && looks <= trialLooks * configs.length;
    try {
      const engine = await candidate.open();
      signal.throwIfAborted();
      port.postMessage({ type: "engine", version: engine.version, ...(note && { note }) });
      const post = throttled();
      const pace = paceOf(configs.length);
      const results = await rerun({
        ...{ engine, configs, seed, gradients, signal },
        onStart: (arms) => port.postMessage({ type: "started", arms }),
        onLook(look) {
          looks++;
          const milliseconds = pace(look);
          if (isTried() && milliseconds > tooSlow)
            throw new Error(`it takes ${Math.round(milliseconds)} ms a step.`);
          post(look);
        },
      });
      post();
      port.postMessage({ type: "done", results });
      return;
    } catch (error) {
      if (signal.aborted || !isTried()) throw error;
      note = gaveUp(candidate, error);
    }
  }
}

/** Milliseconds a step of the first arm since its first one, of arms that take turns; 0 until that is known. */
function paceOf(arms: number): (look: Look) => number {
  let first: { step: number; time: number } | undefined;
  return ({ arm, step }) => {
    if (arm !== 0) return 0;
    if (first) return (performance.now() - first.time) / (arms * (step - first.step));
    first = { step, time: performance.now() };
    return 0;
  };
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
