import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { UserError } from "./errors.js";
import { libraryRoot } from "./paths.js";

const require = createRequire(import.meta.url);

/**
 * A package that only a part of the library calls, loaded when that part is: a checkout has it, a project that installed
 * the library may not. Throws `UserError` with the command that adds it.
 */
export function requireOptional<T>(name: string, path = ""): T {
  return require(resolveOptional(name, path)) as T;
}

/** Path of a file of such a package, or of its main module; throws as `requireOptional`. */
export function resolveOptional(name: string, path = ""): string {
  try {
    return require.resolve(path === "" ? name : `${name}/${path}`);
  } catch (cause) {
    const { peerDependencies } = JSON.parse(readFileSync(join(libraryRoot, "package.json"), "utf8")) as {
      peerDependencies: Record<string, string>;
    };
    throw new UserError(
      `This needs the package ${name}, which is not installed. Run npm install ${name}@${peerDependencies[name]}.`,
      { cause },
    );
  }
}
