import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { UserError } from "../../errors.js";
import { libraryRoot } from "../../paths.js";
import { environmentWith, setting } from "../../settings.js";
import { kernelsPath, kernelsVersion } from "./kernels.js";
import type { NativePackage } from "./package.js";
import { runLogged } from "./replace.js";

const sources = join(libraryRoot, "engine", "native", "kernels");

/** Instruction sets beyond the processor's least, by their names in `select.cc`, and the compiler's options for them. */
const instructionSets: Partial<Record<NodeJS.Architecture, Record<string, string[]>>> = {
  x64: {
    avx2: ["-mavx2", "-mfma"],
    avx512: ["-mavx512f", "-mavx512vl", "-mavx512dq", "-mavx512bw", "-mfma"],
  },
};

const common = ["-std=c++17", "-O3", "-fPIC", "-fvisibility=hidden", "-ffp-contract=fast", "-Wno-psabi"];

/** TensorFlow's two libraries, by the names that packages and downloads give them. */
const libraries = [
  ["libtensorflow_cc.so.2", "libtensorflow.so.2", "libtensorflow.2.dylib"],
  ["libtensorflow_framework.so.2", "libtensorflow_framework.2.dylib"],
];

interface Unit {
  name: string;
  source: string;
  options?: string[];
}

/**
 * Compiles the project's own kernels against the TensorFlow that the package has, in some seconds. Needs a C++ compiler:
 * `CXX`, else `c++`, `g++` or `clang++`. What was built before stays when this fails. Throws `UserError`.
 */
export async function compileKernels(
  nativePackage: NativePackage,
  { print }: { print: (line: string) => void },
): Promise<void> {
  const { folder } = nativePackage;
  const target = kernelsPath(nativePackage);
  const include = join(folder, "deps", "include");
  const linked = libraries.map((names) => firstOf(names.map((name) => join(folder, "deps", "lib", name))));
  if (!existsSync(join(include, "tensorflow", "c", "kernels.h")) || linked.includes(undefined)) {
    throw new UserError(
      `No TensorFlow to build the kernels against in ${folder}. Run npm run engine -- build.`,
    );
  }
  const compiler = findCompiler();
  const flags = [...common, `-I${nodeHeaders()}`, `-I${include}`, `-DVERSION="${kernelsVersion}"`];
  print(`Building the project's own kernels with ${compiler}`);
  const work = mkdtempSync(join(tmpdir(), "filter-sparsity-kernels-"));
  const run = (name: string, options: string[]) =>
    runLogged(compiler, options, {
      cwd: work,
      env: environmentWith(),
      log: `native-kernels-${name}.log`,
      failed: "The project's own kernels did not build",
      advice: "Engine tensorflow works without them, more slowly; CXX names another compiler.",
    });
  try {
    const compile = ({ name, source, options = [] }: Unit) =>
      run(name, [...flags, ...options, "-c", join(sources, source), "-o", `${name}.o`]);
    const outcomes = await Promise.allSettled(units().map(compile));
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    const objects = readdirSync(work).filter((file) => file.endsWith(".o"));
    await run("link", [...objects, ...(linked as string[]), ...linkOptions(), "-o", "kernels.node"]);
    // Beside its target first: another disk cannot be renamed from, and a process may be loading the old one.
    const beside = `${target}.${process.pid}`;
    copyFileSync(join(work, "kernels.node"), beside);
    renameSync(beside, target);
  } finally {
    rmSync(work, { recursive: true });
  }
}

function units(): Unit[] {
  const level = (name: string, options: string[]): Unit => ({
    name,
    source: "level.cc",
    options: [...options, `-DKERNELS=${name}Kernels`, `-DNAME="${name}"`],
  });
  const own = readdirSync(sources).filter((file) => file.endsWith(".cc") && file !== "level.cc");
  return [
    ...Object.entries(instructionSets[process.arch] ?? {}).map(([name, options]) => level(name, options)),
    level("plain", []),
    ...own.map((source) => ({ name: source.replace(".cc", ""), source })),
  ];
}

/** The libraries are found from where the add-on lies, as the binding finds them. */
const linkOptions = (): string[] =>
  process.platform === "darwin"
    ? ["-shared", "-undefined", "dynamic_lookup", "-Wl,-rpath,@loader_path/../../deps/lib"]
    : ["-shared", "-pthread", "-Wl,-rpath,$ORIGIN/../../deps/lib"];

function findCompiler(): string {
  const named = setting("CXX");
  const candidates = named === undefined ? ["c++", "g++", "clang++"] : [named];
  const found = candidates.find((command) => spawnSync(command, ["--version"]).status === 0);
  if (found !== undefined) return found;
  throw new UserError(
    `No C++ compiler for the project's own kernels: ${candidates.join(", ")} did not start. Engine tensorflow works ` +
      "without them, more slowly. Install one (Debian, Ubuntu: apt install g++; macOS: xcode-select --install), " +
      "then: npm run engine -- kernels.",
  );
}

/** Beside Node's own prefix, else where node-gyp keeps what it downloaded for the binding. */
function nodeHeaders(): string {
  const cache = process.platform === "darwin" ? join("Library", "Caches") : ".cache";
  const prefixes = [
    dirname(dirname(realpathSync(process.execPath))),
    join(homedir(), cache, "node-gyp", process.versions.node),
  ];
  const folders = prefixes.map((prefix) => join(prefix, "include", "node"));
  const found = folders.find((folder) => existsSync(join(folder, "node_api.h")));
  if (found !== undefined) return found;
  throw new UserError(
    `Node's headers (node_api.h), which the project's own kernels are compiled with, are in none of ${folders.join(", ")}. ` +
      "Engine tensorflow works without these kernels, more slowly. Install a Node that brings its headers (archives and " +
      "installers of nodejs.org do; npm's package node does not), then: npm run engine -- kernels.",
  );
}

const firstOf = (paths: string[]): string | undefined => paths.find((path) => existsSync(path));
