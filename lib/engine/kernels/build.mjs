/**
 * Compiles assembly/*.ts to engine/kernels/kernels.wasm of the build named, unless that is whole and newer than its
 * sources.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { registerTiles } from "./register-tiles.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const library = join(here, "../..");
const sources = [
  "build.mjs",
  "register-tiles.mjs",
  ...readdirSync(join(here, "assembly")).map((name) => join("assembly", name)),
];
const build = process.argv[2] ?? join(library, "dist");
const output = join(build, "engine/kernels/kernels.wasm");

const changed = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const newest = Math.max(...sources.map((name) => changed(join(here, name))));

/** A file cut short, on a disk that was full, would else be taken for the kernels for ever. */
if (changed(output) < newest || !WebAssembly.validate(readFileSync(output))) {
  const code = await compile();
  if (code === undefined || !WebAssembly.validate(code)) {
    process.stderr.write(
      "The wasm engine's kernels were not built: what the compiler gave is no WebAssembly.\n",
    );
    process.exitCode = 1;
  } else {
    put(code);
  }
}

/** The module's bytes, or undefined where the compiler refuses, which then says why. */
async function compile() {
  const { default: compiler } = await import("assemblyscript/asc");
  const options = [
    ["--outFile", "kernels.wasm"],
    // The memory is that of tfjs' backend, which also allocates: no runtime, no data of our own.
    ["--importMemory", "--noExportMemory", "--initialMemory", "0", "--runtime", "stub", "--use", "abort="],
    ["--enable", "simd", "-O3", "--noAssert"],
  ];
  const entry = relative(library, join(here, "assembly/index.ts"));
  let code;
  const { error, stderr } = await compiler.main([entry, "--baseDir", library, ...options.flat()], {
    readFile: (name, folder) =>
      name.endsWith("assembly/register-tiles.ts") ? registerTiles : read(join(folder, name)),
    writeFile: (_, contents) => {
      code = contents;
    },
  });
  if (error) process.stderr.write(stderr.toString());
  return error ? undefined : code;
}

/** The compiler asks for files that may not be there; null says so. */
function read(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, "utf8") : null;
}

/** Aside, then in place at once: a disk that is full leaves no half of it. */
function put(code) {
  mkdirSync(dirname(output), { recursive: true });
  const aside = `${output}.${process.pid}`;
  try {
    writeFileSync(aside, code, { flush: true });
    renameSync(aside, output);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}
