import { UsageError } from "../errors.js";
import { type EngineName, engineNames } from "./engine.js";
import { nativeStatus } from "./native/status.js";

/**
 * The engine that a process takes: the one asked for (by `name` or the environment variable
 * `FILTER_SPARSITY_ENGINE`), else the first of `engineNames` that is there. Opens nothing.
 */
export async function chooseEngine(name?: EngineName): Promise<EngineName> {
  const wanted = name ?? engineFromEnvironment();
  if (wanted !== undefined) return wanted;
  return (await nativeStatus()).loads ? "tensorflow" : "wasm";
}

export function engineFromEnvironment(): EngineName | undefined {
  const name = process.env.FILTER_SPARSITY_ENGINE;
  if (!name) return undefined;
  const found = engineNames.find((known) => known === name);
  if (found === undefined) {
    throw new UsageError(`Unknown engine "${name}". Engines: ${engineNames.join(", ")}.`);
  }
  return found;
}
