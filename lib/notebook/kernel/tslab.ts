import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import type TypeScript from "@tslab/typescript-for-tslab";
import type { ZmqServer } from "tslab/dist/jupyter.js";
import { queued, type Sender } from "./send-queue.js";
import { wellFormed } from "./well-formed.js";

/*
 * All that the kernel takes of tslab, and all that it changes about it, with the reasons.
 *
 * Taken: the sockets, the form of messages and their signatures, and whether a cell is complete.
 *
 * Changed:
 * - tslab brings a fork of TypeScript 5.0. Its own functions that are used here need nothing of the fork, so
 *   package.json gives it TypeScript itself, the last version that is written in JavaScript and has an interface for
 *   editors; the library's compiler, a later one, has none yet.
 * - tslab's conversion of cells is not used (see compiler.ts): it gives a variable to each cell that names it, knows
 *   some forms of top-level await only, and its declarations pass from cell to cell as text.
 * - Frames that are no message, or are not signed, end in a promise that nobody awaits: they are dropped here.
 * - Messages are sent without waiting for the one before, which ZeroMQ refuses: see send-queue.ts.
 * - Half a surrogate pair in a message cannot be saved by Jupyter: see well-formed.ts.
 */

/** Resolves as tslab does, so that both see one TypeScript and one protocol module. */
const tslabRequire = createRequire(createRequire(import.meta.url).resolve("tslab/dist/main.js"));

/** The TypeScript that cells are compiled with. */
export const ts = tslabRequire("@tslab/typescript-for-tslab") as typeof TypeScript;

/** tslab's protocol module. It keeps the function by which the running cell shows outputs. */
export const jupyter = tslabRequire("./jupyter.js") as typeof import("tslab/dist/jupyter.js") & {
  lastWriteDisplayData: unknown;
};

export const { isCompleteCode } = tslabRequire("./converter.js") as typeof import("tslab/dist/converter.js");

export type Message = Parameters<ZmqServer["handleExecute"]>[1];
export type Socket = Parameters<ZmqServer["handleCommInfoRequest"]>[0];

/** Answers, or publishes on behalf of, a request. */
export function sendReply(
  key: string,
  socket: Sender<never>,
  request: Message,
  { type, content }: { type: string; content: object },
): void {
  const reply = request.createReply();
  reply.header.msg_type = type;
  reply.content = wellFormed(content);
  reply.signAndSend(key, queued(socket));
}

const delimiter = Buffer.from("<IDS|MSG>");

/** Type and content of a signed message; undefined where the frames are none. */
export function readFrames(key: string, frames: Buffer[]): { type: string; content: unknown } | undefined {
  const start = frames.findIndex((frame) => frame.equals(delimiter));
  if (start < 0) return undefined;
  const [signature, ...parts] = frames.slice(start + 1);
  if (!signature || parts.length < 4) return undefined;
  const hash = createHmac("sha256", key);
  for (const part of parts) hash.update(part);
  if (hash.digest("hex") !== signature.toString()) return undefined;
  try {
    const [header, parent, metadata, content] = parts.map((part) => JSON.parse(part.toString()) as unknown);
    if (![header, parent, metadata].every(isObject)) return undefined;
    const type = (header as { msg_type?: unknown }).msg_type;
    return typeof type === "string" ? { type, content } : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
