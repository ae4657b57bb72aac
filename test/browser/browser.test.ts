import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { kernelsPath } from "../../lib/engine/kernels/file.js";
import { openWasm } from "../../lib/engine/wasm.js";
import { browserHint, findBrowser, launchBrowser } from "../../lib/export/browser.js";
import { projectRoot } from "../../lib/paths.js";
import { optional } from "../support/optional.js";
import type { SmokePage } from "./page.js";
import { smokeRun } from "./smoke-run.js";

const executablePath = findBrowser();
const withChromium = optional("training in a browser", executablePath !== undefined, browserHint);

describe.skipIf(executablePath === undefined)("a bundle for browsers", () => {
  let script: string;
  let browser: Browser;
  let close: () => void;
  let address: string;

  beforeAll(async () => {
    script = await bundle();
    ({ address, close } = await serve(script));
    browser = await launchBrowser({
      // WebGPU on the CPU, for machines without a GPU.
      args: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"],
    });
  });

  afterAll(async () => {
    await browser.close();
    close();
  });

  const trainInPage = async (name: "wasm" | "webgpu", steps: number) => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", ({ message }) => problems.push(message));
    await page.goto(address);
    const result = await page.evaluate(
      ([engine, count]) => (globalThis as unknown as { smokePage: SmokePage }).smokePage.train(engine, count),
      [name, steps] as const,
    );
    expect(problems).toEqual([]);
    await page.close();
    return result;
  };

  withChromium("trains on wasm with the same kernels as Node, to the same losses", async () => {
    const { version, losses } = await trainInPage("wasm", 20);
    const engine = await openWasm();
    expect(version).toBe(engine.version);
    expect(losses).toHaveLength(20);
    // Kernels give equal bits; the two JavaScript engines' exp and log may differ in the last one.
    agree(losses, await smokeRun(engine, 20), 1e-9);
  });

  withChromium("trains on the browser's WebGPU", async () => {
    const { version, losses } = await trainInPage("webgpu", 3);
    expect(version).toMatch(/^WebGPU on .*SwiftShader/i);
    agree(losses, await smokeRun(await openWasm(), 3), 1e-4);
  });
});

function agree(losses: number[], reference: number[], tolerance: number): void {
  for (const [step, loss] of losses.entries()) {
    expect(Math.abs(loss / reference[step]! - 1), `loss of step ${step + 1}`).toBeLessThan(tolerance);
  }
}

/** The page's script. Fails where anything in it needs one of Node's modules. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(projectRoot, "test/browser/page.ts")],
    bundle: true,
    platform: "browser",
    format: "esm",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}

/** Serves the script with a page around it, and the WebAssembly modules. */
async function serve(script: string): Promise<{ address: string; close: () => void }> {
  const backend = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"));
  const server = createServer(async ({ url = "/" }, response) => {
    if (url === "/") return response.setHeader("content-type", "text/html").end(page);
    if (url === "/page.js") return response.setHeader("content-type", "text/javascript").end(script);
    const name = url.replace(/^\/assets\//, "");
    if (!/^[\w-]+\.wasm$/.test(name)) return response.writeHead(404).end();
    const path = name === "kernels.wasm" ? kernelsPath : join(backend, name);
    return response.setHeader("content-type", "application/wasm").end(await readFile(path));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => server.close(),
  };
}

const page = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="page.js"></script>';
