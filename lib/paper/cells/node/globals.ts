/** What stands for Node's global names in the page's workers. */
import { Buffer } from "buffer/";
import { root } from "../worker/disk.js";

const none = () => {};

/** "Chrome/150.0.0.0": what stands where records name the version of Node. */
const browser = /(?:Firefox|Edg|Chrome|Version)\/[\d.]+/.exec(navigator.userAgent)?.[0] ?? "a browser";

/** No version of Node in `versions`: programs tell by it where they are. */
const process = {
  env: { FILTER_SPARSITY_ENGINE: "wasm" } as Record<string, string | undefined>,
  argv: ["page"],
  execArgv: [],
  pid: 1,
  platform: "browser",
  arch: "wasm",
  version: browser,
  versions: {},
  exitCode: undefined as number | undefined,
  cwd: () => root,
  constrainedMemory: () => 0,
  memoryUsage: () => ({ rss: 0, heapUsed: 0 }),
  on: none,
  once: none,
  off: none,
  emitWarning: (text: string) => console.warn(text),
  stdout: { isTTY: false, write: (text: string) => console.log(text.replace(/\n$/, "")) },
  stderr: { isTTY: false, write: (text: string) => console.error(text.replace(/\n$/, "")) },
};

export { Buffer, process };
