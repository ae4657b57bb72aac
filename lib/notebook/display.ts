import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";

/** One output in several MIME types, the richest of which the front end picks: text, or JSON for `+json` types. */
export type MimeBundle = { "text/plain": string } & Record<string, unknown>;
/** Per MIME type, e.g. `{ "image/png": { width: 900 } }` in CSS pixels. */
export type MimeMetadata = Record<string, Record<string, unknown>>;

export interface Display {
  /** Replaces what is shown, in place. */
  update(data: MimeBundle, metadata?: MimeMetadata): void;
}

interface DisplayContent {
  data: MimeBundle;
  metadata: MimeMetadata;
  transient: { display_id: string };
}

type WriteDisplay = (content: DisplayContent, update: boolean) => void;

const require = createRequire(import.meta.url);

const key = Symbol.for("filter-sparsity.display");
const holder = globalThis as { [key]?: WriteDisplay };

/** The side of a page that runs cells: takes what they show, and draws figures itself. */
export function setPageDisplay(write: WriteDisplay): void {
  holder[key] = write;
}

/** Whether figures are shown with a picture for where nothing draws them. */
export const needsPictures = (): boolean => holder[key] === undefined;

/**
 * The running kernel's display function. Looked up at each call, for it changes with every cell, and among the
 * loaded modules only: outside a kernel there is none, and loading tslab's would start a TypeScript compiler.
 */
function kernelDisplay(): WriteDisplay | undefined {
  if (holder[key]) return holder[key];
  const path = jupyterModule();
  const module = path === undefined ? undefined : require.cache[path];
  return (
    (module?.exports as { lastWriteDisplayData?: WriteDisplay | null } | undefined)?.lastWriteDisplayData ??
    undefined
  );
}

/** undefined in a project that has the library alone. */
function jupyterModule(): string | undefined {
  try {
    return require.resolve("tslab/dist/jupyter.js");
  } catch {
    return undefined;
  }
}

/** Whether outputs go to a notebook. */
export const inNotebook = (): boolean => kernelDisplay() !== undefined;

/** Shows one output of a notebook cell in several MIME types. Outside a notebook it prints the plain text. */
export function show(data: MimeBundle, metadata: MimeMetadata = {}): Display {
  const transient = { display_id: randomBytes(8).toString("hex") };
  const send = (content: Omit<DisplayContent, "transient">, update: boolean) => {
    const write = kernelDisplay();
    if (write) write({ ...content, transient }, update);
    else if (!update) console.log(data["text/plain"]);
  };
  send({ data, metadata }, false);
  return { update: (data, metadata = {}) => send({ data, metadata }, true) };
}
