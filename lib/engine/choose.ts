import { UsageError } from "../errors.js";
import { setting } from "../settings.js";
import { type EngineName, engineNames } from "./engine.js";
import { nativeStatus } from "./native/status.js";
import { webgpuStatus } from "./webgpu/dawn.js";

/**
 * The engine that a process takes: the one asked for (by `name` or the environment variable
 * `FILTER_SPARSITY_ENGINE`), else the first of `engineNames` that is there. Opens nothing.
 *
 * `webgpu` is there where Dawn was installed and finds a GPU; a driver that computes on the CPU does not count. It
 * comes after `tensorflow`, whose speed is known from measurements, on a CPU too.
 */
export async function chooseEngine(name?: EngineName): Promise<EngineName> {
  const wanted = name ?? engineFromEnvironment();
  if (wanted !== undefined) return wanted;
  if ((await nativeStatus()).loads) return "tensorflow";
  const { adapter } = await webgpuStatus();
  return adapter && !adapter.software ? "webgpu" : "wasm";
}

export function engineFromEnvironment(): EngineName | undefined {
  const name = setting("FILTER_SPARSITY_ENGINE");
  if (!name) return undefined;
  const found = engineNames.find((known) => known === name);
  if (found === undefined) {
    throw new UsageError(`Unknown engine "${name}". Engines: ${engineNames.join(", ")}.`);
  }
  return found;
}
