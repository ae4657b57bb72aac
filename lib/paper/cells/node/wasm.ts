import { openBrowserEngine } from "../../../engine/browser.js";
import type { Engine } from "../../../engine/engine.js";

/** In the place of the engine that reads its files from disk: the site has them beside its reruns. */
export const openWasm = (): Promise<Engine> =>
  openBrowserEngine({ name: "wasm", assets: new URL("../live/", location.href).href });
