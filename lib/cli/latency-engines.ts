import type { EngineName } from "../engine/engine.js";

/**
 * Engines whose latency is to be measured: the one that is wanted, or those found here, the fastest first. Says on stderr
 * where the machine is busy with other work.
 */
export async function latencyEngines(wanted: EngineName | undefined): Promise<EngineName[]> {
  const [{ nativeStatus }, { busyWarning, othersShare }, { availableParallelism }] = await Promise.all([
    import("../engine/native/status.js"),
    import("../bench/busy.js"),
    import("node:os"),
  ]);
  const warning = busyWarning(await othersShare(), availableParallelism());
  if (warning) process.stderr.write(`${warning}\n`);
  if (wanted !== undefined) return [wanted];
  return (await nativeStatus()).loads ? ["tensorflow", "wasm"] : ["wasm"];
}
