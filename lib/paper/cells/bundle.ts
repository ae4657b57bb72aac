import { builtinModules, createRequire } from "node:module";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { BuildOptions, Plugin } from "esbuild";
import { projectRoot } from "../../paths.js";
import { entryNames } from "./entries.js";

const require = createRequire(import.meta.url);
const cells = join(projectRoot, "lib/paper/cells");
const own = (path: string) => join(cells, path);

/** Of Node's modules what a page has of them; of all others nothing. */
const ofNode: Record<string, string> = {
  buffer: own("node/buffer.ts"),
  crypto: own("node/crypto.ts"),
  fs: own("node/fs.ts"),
  "fs/promises": own("node/fs-promises.ts"),
  module: own("node/module.ts"),
  os: own("node/os.ts"),
  path: require.resolve("pathe"),
  "timers/promises": own("node/timers-promises.ts"),
  url: own("node/url.ts"),
  util: own("node/util.ts"),
};

/** Packages that only serve what a page does not do. */
const absentPackages = ["playwright-core", "plotly.js-dist-min", "proper-lockfile", "sharp", "tar", "webgpu"];

/** Modules of the library that have another in a page in their place. */
const replaced: Record<string, string> = {
  "lib/datasets/decode.ts": own("node/decode.ts"),
  "lib/engine/wasm.ts": own("node/wasm.ts"),
  "lib/export/render.ts": own("node/render.ts"),
  "lib/notebook/kernel/tslab.ts": own("worker/typescript.ts"),
  "lib/runs/admission.ts": own("node/admission.ts"),
  "lib/runs/claim.ts": own("node/claim.ts"),
  "lib/runs/compression.ts": own("node/compression.ts"),
  "lib/runs/durable.ts": own("node/durable.ts"),
  "lib/runs/worker-process.ts": own("node/worker-process.ts"),
};

/** What a cell in a page can import, and where it is. */
function modulesOfCells(): Record<string, string> {
  const rooms = entryNames().map((name) => [`filter-sparsity/${name}`, join(projectRoot, `lib/${name}`)]);
  const others = [
    "arquero",
    "danfojs-node",
    ...["fs", "fs/promises", "os", "path", "url", "util"].map((name) => `node:${name}`),
  ];
  return {
    "filter-sparsity": join(projectRoot, "lib/index.ts"),
    ...Object.fromEntries(rooms),
    ...Object.fromEntries(others.map((name) => [name, name])),
  };
}

/** Gives the library in a page what it takes from Node, or a function that says that only Node has it. */
const pageForNode: Plugin = {
  name: "page-for-node",
  setup(build) {
    const absent = (path: string) => ({ path: path.replace(/^node:/, ""), namespace: "absent" });
    const builtins = builtinModules.filter((name) => !name.startsWith("_")).join("|");
    build.onResolve({ filter: new RegExp(`^(?:node:)?(?:${builtins})$`) }, ({ path }) => absent(path));
    build.onResolve({ filter: new RegExp(`^(?:${absentPackages.join("|")})$`) }, ({ path }) => absent(path));
    build.onResolve({ filter: /^hyparquet-writer$/ }, () => ({
      path: require.resolve("hyparquet-writer/src/node.js"),
    }));
    build.onResolve({ filter: /^write-file-atomic$/ }, () => ({ path: own("node/write-file-atomic.ts") }));
    const names = Object.keys(replaced).map((path) => basename(path, ".ts"));
    build.onResolve({ filter: new RegExp(`^\\..*\\b(?:${names.join("|")})\\.js$`) }, ({ path, importer }) => {
      const source = relative(projectRoot, resolve(dirname(importer), path.replace(/\.js$/, ".ts")));
      const other = replaced[source.split(sep).join("/")];
      return other === undefined ? undefined : { path: other };
    });
    build.onResolve({ filter: /^\.\/importable\.js$/ }, ({ path }) => ({ path, namespace: "modules" }));
    build.onLoad({ filter: /.*/, namespace: "modules" }, () => ({
      contents: `export const importable = {${Object.entries(modulesOfCells())
        .map(([name, path]) => `${JSON.stringify(name)}: () => import(${JSON.stringify(path)})`)
        .join(", ")}};`,
      resolveDir: projectRoot,
    }));
    build.onLoad({ filter: /.*/, namespace: "absent" }, ({ path }) => ({
      contents: `const { withAbsent } = require(${JSON.stringify(own("node/absent.mjs"))});
module.exports = withAbsent(${JSON.stringify(path)}, ${ofNode[path] === undefined ? "{}" : `require(${JSON.stringify(ofNode[path])})`});`,
      loader: "js",
      resolveDir: projectRoot,
    }));
  },
};

const common: BuildOptions = {
  ...{ bundle: true, minify: true, platform: "browser", logLevel: "error", legalComments: "linked" },
  absWorkingDir: projectRoot,
  target: ["chrome123", "firefox120", "safari17.5"],
};

/** What is bundled: the editor with all that is of the page, and the workers: one compiles, one runs, others train. */
export const parts = (outdir: string): Record<"page" | "compiler" | "runner", BuildOptions> => {
  const split: BuildOptions = { ...common, outdir, format: "esm", splitting: true };
  const node: BuildOptions = {
    ...{ plugins: [pageForNode], inject: [own("node/globals.ts")] },
    define: { "import.meta.url": '"file:///paper/lib/dist/module.js"', global: "globalThis" },
  };
  return {
    page: {
      ...{ ...split, chunkNames: "page-[hash]" },
      entryPoints: [own("page/workbench.ts"), own("page/workbench.css")],
    },
    compiler: { ...split, ...node, splitting: false, entryPoints: [own("worker/compiler.ts")] },
    runner: {
      ...{ ...split, ...node, chunkNames: "runner-[hash]" },
      entryPoints: [own("worker/runner.ts"), own("worker/trainer.ts")],
    },
  };
};

/** Bundles what a page loads once a reader asks for it. */
export async function bundleCells(outDir: string): Promise<void> {
  const { build } = await import("esbuild");
  await Promise.all(Object.values(parts(outDir)).map((options) => build(options)));
}
