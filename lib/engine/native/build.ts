import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf, UserError } from "../../errors.js";
import { libraryRoot } from "../../paths.js";
import { environmentWith } from "../../settings.js";
import { compileKernels } from "./compile-kernels.js";
import { findNativePackage, type NativePackage, requireFromHere } from "./package.js";
import { findPythons, installInEnvironment, type Python, packageFolder } from "./python.js";
import { replacingNativeLibrary, runLogged } from "./replace.js";
import { type NativeStatus, verifiedStatus } from "./status.js";

export interface BuildOptions {
  /** Interpreter with TensorFlow installed; default: see `findPythons`. */
  python?: string;
  /** Receives each line of progress. */
  print: (line: string) => void;
}

/** File names of TensorFlow's libraries: in the Python package, then as the binding's link step asks for them. */
const libraryNames: Partial<Record<NodeJS.Platform, { core: string[]; framework: string[] }>> = {
  linux: {
    core: ["libtensorflow_cc.so.2", "libtensorflow.so"],
    framework: ["libtensorflow_framework.so.2", "libtensorflow_framework.so"],
  },
  darwin: {
    core: ["libtensorflow_cc.2.dylib", "libtensorflow.2.dylib"],
    framework: ["libtensorflow_framework.2.dylib"],
  },
};

const requirements = join(libraryRoot, "engine", "native", "requirements.txt");

/**
 * Builds the native engine's binding against the TensorFlow of a Python environment: the first interpreter that has
 * it, else the project's `.venv`, where the version pinned in requirements.txt is installed. Needs make and a C++
 * compiler. What was built before stays when this fails.
 */
export async function buildNative({ python, print }: BuildOptions): Promise<NativeStatus> {
  const nativePackage = findNativePackage();
  if (nativePackage === undefined) {
    throw new UserError(
      "@tensorflow/tfjs-node-gpu is not installed. Run npm install --include=optional first.",
    );
  }
  const names = libraryNames[process.platform];
  if (names === undefined) {
    throw new UserError(
      `The native engine cannot be built on ${process.platform}. Run npm run engine -- download, or use engine wasm.`,
    );
  }
  const { interpreter, tensorflow } = await findTensorflow({ python, print });
  print(`Building the binding of ${nativePackage.name} against ${tensorflow}`);
  return replacingNativeLibrary(nativePackage, async () => {
    layOutLibrary(nativePackage, tensorflow, [...names.core, ...names.framework]);
    await compile(nativePackage, interpreter);
    return withKernels(nativePackage, { print });
  });
}

/** Builds the project's own kernels for a binding that is there, where its TensorFlow works on the CPU. */
export async function buildKernels({ print }: Pick<BuildOptions, "print">): Promise<NativeStatus> {
  const nativePackage = findNativePackage();
  const { loads, gpu, problem } = await verifiedStatus();
  if (nativePackage === undefined || !loads)
    throw new UserError(`The native engine is not there: ${problem}`);
  if (gpu) throw new UserError("TensorFlow works on the GPU here: the kernels are for CPUs.");
  await compileKernels(nativePackage, { print });
  return verifiedStatus();
}

/** What stands once a binding is built: with the kernels where they could be built too, without a word of harm else. */
export async function withKernels(
  nativePackage: NativePackage,
  { print }: Pick<BuildOptions, "print">,
): Promise<NativeStatus> {
  const status = await verifiedStatus();
  if (status.gpu) return status;
  try {
    await compileKernels(nativePackage, { print });
  } catch (error) {
    print(messageOf(error));
  }
  return verifiedStatus();
}

async function findTensorflow({
  python,
  print,
}: BuildOptions): Promise<{ interpreter: Python; tensorflow: string }> {
  const pythons = await findPythons({ python });
  for (const interpreter of pythons) {
    const tensorflow = await packageFolder(interpreter, "tensorflow");
    if (tensorflow !== undefined) return { interpreter, tensorflow };
    if (interpreter.origin === "argument") {
      throw new UserError(
        `${interpreter.command} has no TensorFlow. Run ${interpreter.command} -m pip install -r ${requirements}, or leave --python out.`,
      );
    }
  }
  const interpreter = await installInEnvironment(requirements, { pythons, print });
  const tensorflow = await packageFolder(interpreter, "tensorflow");
  if (tensorflow === undefined) {
    throw new UserError(
      `TensorFlow was installed into .venv but is not found there. Remove .venv and run again.`,
    );
  }
  return { interpreter, tensorflow };
}

/** Links TensorFlow's headers and libraries to where the package's build looks for them. */
function layOutLibrary({ folder }: NativePackage, tensorflow: string, names: string[]): void {
  const deps = join(folder, "deps");
  mkdirSync(join(deps, "lib"), { recursive: true });
  const link = (target: string, path: string) => {
    if (!existsSync(target)) {
      throw new UserError(
        `${target} is missing: this TensorFlow cannot be built against. Install the one pinned in ${requirements}.`,
      );
    }
    symlinkSync(target, path);
  };
  link(join(tensorflow, "include"), join(deps, "include"));
  // The wheel for GPUs looks for pip's CUDA libraries beside its own folder.
  const cuda = join(tensorflow, "..", "nvidia");
  if (existsSync(cuda)) link(cuda, join(deps, "nvidia"));
  const isFramework = (name: string) => name.includes("framework");
  for (const name of names) {
    const original = names.find((candidate) => isFramework(candidate) === isFramework(name))!;
    link(join(tensorflow, original), join(deps, "lib", name));
  }
}

async function compile({ folder, bindingPath }: NativePackage, interpreter: Python): Promise<void> {
  const manifest = requireFromHere.resolve("@mapbox/node-pre-gyp/package.json", { paths: [folder] });
  const script = join(dirname(manifest), "bin", "node-pre-gyp");
  const args = [script, "install", "--build-from-source", ...headersOption()];
  // node-gyp is written in Python, and npm exports to its scripts where its own copy of node-gyp lies.
  await runLogged(process.execPath, args, {
    cwd: folder,
    env: environmentWith({ PYTHON: interpreter.command }),
    failed: "The binding did not build",
    advice: "It needs make and a C++ compiler (Debian, Ubuntu: apt install build-essential).",
  });
  const leftovers = readdirSync(folder).filter((name) => name === "build" || name.startsWith("build-tmp-"));
  for (const name of leftovers) rmSync(join(folder, name), { recursive: true });
  if (!existsSync(bindingPath)) throw new UserError(`The build ended without ${bindingPath}.`);
}

/** Node's headers beside its own prefix, where they are: else node-gyp downloads them. */
function headersOption(): string[] {
  const prefix = dirname(dirname(realpathSync(process.execPath)));
  return existsSync(join(prefix, "include", "node", "node_api.h")) ? [`--nodedir=${prefix}`] : [];
}
