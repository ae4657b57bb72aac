/** What stands for Node's global names in the page's workers. */
import { Buffer } from "buffer/";
import { root } from "../worker/disk.js";

const none = () => {};

/** No version of Node: programs tell by it where they are. */
const process = {
  env: { FILTER_SPARSITY_ENGINE: "wasm" } as Record<string, string | undefined>,
  argv: ["page"],
  execArgv: [],
  pid: 1,
  platform: "browser",
  arch: "wasm",
  version: "",
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
