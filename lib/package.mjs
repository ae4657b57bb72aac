/**
 * Packs the library as npm installs it: `filter-sparsity-VERSION.tgz` in the folder given, to be handed to `npm publish`
 * or `npm install`. What npm packs in `lib/` itself would lack the build, which is behind a link; hence `--refuse`, which
 * is what npm calls before it publishes.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const library = dirname(fileURLToPath(import.meta.url));

/** Rooms that work on the checkout only: the site with its pages, what trains in them, the benchmark, Jupyter's kernel. */
const leftOut = /[\\/](paper|live|bench|archive|notebook[\\/]kernel|\.tsbuildinfo)([\\/]|$)|\.js\.map$/;

async function pack(destination) {
  await import("./build.mjs");
  if (process.exitCode !== undefined) return;
  const folder = mkdtempSync(join(tmpdir(), "filter-sparsity-package-"));
  try {
    const manifest = JSON.parse(readFileSync(join(library, "package.json"), "utf8"));
    delete manifest.scripts;
    writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    const dist = join(library, "dist");
    const filter = (path) => !leftOut.test(path.slice(dist.length));
    cpSync(dist, join(folder, "dist"), { recursive: true, dereference: true, filter });
    for (const name of ["bin.mjs", "README.md", "engine/native/kernels", "engine/native/requirements.txt"])
      cpSync(join(library, name), join(folder, name), { recursive: true });
    copyFileSync(join(library, "../LICENSE"), join(folder, "LICENSE"));
    mkdirSync(destination, { recursive: true });
    const words = ["pack", "--silent", "--ignore-scripts", "--pack-destination", destination];
    // npm is a script of the shell on Windows.
    const options = { cwd: folder, encoding: "utf8", shell: process.platform === "win32" };
    const name = execFileSync("npm", words, options).trim().split("\n").at(-1);
    console.log(join(destination, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === "--refuse") {
  console.error(
    "Pack with npm run package, then npm publish the file that it names: the build is behind a link.",
  );
  process.exitCode = 1;
} else await pack(resolve(process.env.INIT_CWD ?? ".", process.argv[2] ?? "."));
