import { existsSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { BuildOptions, Plugin } from "esbuild";
import { wasmFiles, wasmFolder } from "../../onnx/runtime.js";
import { projectRoot } from "../../paths.js";

const own = (path: string) => join(projectRoot, "lib/paper/onnx", path);

/** Gives the library the runtime of a page in place of Node's. */
const runtimeOfPage: Plugin = {
  name: "runtime-of-page",
  setup(build) {
    build.onResolve({ filter: /\/runtime\.js$/ }, ({ path, importer }) =>
      resolve(dirname(importer), path) === join(projectRoot, "lib/onnx/runtime.js")
        ? { path: own("worker/runtime.ts") }
        : undefined,
    );
  },
};

/** Whether ONNX Runtime's files for browsers are there. */
export const canRunInPage = (): boolean => wasmFiles.every((name) => existsSync(join(wasmFolder(), name)));

/** Writes what a page loads that inspects a reader's model, into the folder `network/` of a site. */
export async function writeNetwork(site: string): Promise<void> {
  const folder = join(site, "network");
  await mkdir(folder, { recursive: true });
  const { build } = await import("esbuild");
  const common: BuildOptions = {
    ...{ bundle: true, minify: true, platform: "browser", outdir: folder, logLevel: "error" },
    ...{ legalComments: "linked", target: ["chrome123", "firefox120", "safari17.5"] },
  };
  await Promise.all([
    build({ ...common, entryPoints: [own("page/network.ts"), own("page/network.css")], format: "iife" }),
    build({ ...common, entryPoints: [own("worker/worker.ts")], format: "esm", plugins: [runtimeOfPage] }),
    ...wasmFiles.map((name) => copyFile(join(wasmFolder(), name), join(folder, name))),
  ]);
}
