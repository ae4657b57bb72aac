import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Packages that bring the `tensorflow` backend, in the order in which they are tried. */
const packageNames = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

/** An installed package with the native TensorFlow backend; its binary may still be missing. */
export interface NativePackage {
  name: string;
  version: string;
  /** The package's folder. */
  folder: string;
  /** Where the package looks for its compiled binding. */
  bindingPath: string;
}

interface Manifest {
  name: string;
  version: string;
  binary?: { module_path: string; module_name: string; napi_versions: number[] };
}

export const requireFromHere = createRequire(import.meta.url);

/** The installed package, or nothing: it is an optional dependency, and npm leaves it out where it fails. */
export function findNativePackage(): NativePackage | undefined {
  for (const name of packageNames) {
    let manifestPath: string;
    try {
      manifestPath = requireFromHere.resolve(`${name}/package.json`);
    } catch {
      continue;
    }
    const { name: ownName, version, binary }: Manifest = JSON.parse(readFileSync(manifestPath, "utf8"));
    // An npm override may put another package under this name.
    if (ownName !== name || binary === undefined) continue;
    const napi = binary.napi_versions.filter((candidate) => candidate <= Number(process.versions.napi));
    const modulePath = binary.module_path.replace("{napi_build_version}", String(Math.max(...napi)));
    const folder = dirname(manifestPath);
    return { name, version, folder, bindingPath: join(folder, modulePath, `${binary.module_name}.node`) };
  }
  return undefined;
}

/**
 * A text that changes when the binding, the TensorFlow library under it or one of `more` files is replaced; empty
 * without a binding.
 */
export function bindingFingerprint({ folder, bindingPath }: NativePackage, more: string[] = []): string {
  if (!existsSync(bindingPath)) return "";
  const libraries = ["libtensorflow.so", "libtensorflow.2.dylib", "libtensorflow.so.2", "tensorflow.dll"];
  return [bindingPath, ...libraries.map((file) => join(folder, "deps", "lib", file)), ...more]
    .filter((file) => existsSync(file))
    .map((file) => {
      const { mtimeMs, size } = statSync(file);
      return `${file} ${mtimeMs} ${size}`;
    })
    .join("\n");
}
