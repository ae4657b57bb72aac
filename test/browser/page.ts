import { openBrowserEngine } from "../../lib/browser.js";
import { smokeRun } from "./smoke-run.js";

/** What the page offers to the test. */
export interface SmokePage {
  train(name: "wasm" | "webgpu", steps: number): Promise<{ version: string; losses: number[] }>;
}

const smokePage: SmokePage = {
  async train(name, steps) {
    const engine = await openBrowserEngine({ name, assets: "/assets/" });
    return { version: engine.version, losses: await smokeRun(engine, steps) };
  },
};

Object.assign(globalThis, { smokePage });
