/** Compiles assembly/*.ts to engine/kernels/kernels.wasm of the build named, unless that is newer than its sources. */
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const library = join(here, "../..");
const sources = readdirSync(join(here, "assembly")).map((name) => join(here, "assembly", name));
const build = process.argv[2] ?? join(library, "dist");
const output = join(build, "engine/kernels/kernels.wasm");

const changed = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const newest = Math.max(...[...sources, fileURLToPath(import.meta.url)].map(changed));

if (changed(output) < newest) {
  mkdirSync(dirname(output), { recursive: true });
  const { default: compiler } = await import("assemblyscript/asc");
  const options = [
    ["--outFile", relative(library, output)],
    // The memory is that of tfjs' backend, which also allocates: no runtime, no data of our own.
    ["--importMemory", "--noExportMemory", "--initialMemory", "0", "--runtime", "stub", "--use", "abort="],
    ["--enable", "simd", "-O3", "--noAssert"],
  ];
  const entry = relative(library, join(here, "assembly/index.ts"));
  const { error, stderr } = await compiler.main([entry, "--baseDir", library, ...options.flat()]);
  if (error) {
    process.stderr.write(stderr.toString());
    process.exitCode = 1;
  }
}
