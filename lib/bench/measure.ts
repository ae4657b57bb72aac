import type { EngineName } from "../engine/engine.js";
import { type Comparison, compareSides } from "./comparison.js";
import type { Peer } from "./peers.js";
import { engineProcess } from "./processes.js";
import type { BenchProcess } from "./side.js";
import { type RoundOptions, takeTurns } from "./turns.js";
import type { NamedWork } from "./work.js";

/** Measures a work on an engine in turns with its peers. */
export async function measure(
  named: NamedWork,
  engine: EngineName,
  peers: readonly Peer[],
  options: RoundOptions,
): Promise<Comparison[]> {
  const { workers } = named;
  const work = { ...named.work, stepsPerReading: stepsPerReading(engine) };
  const { threads } = work;
  const running: BenchProcess[] = [];
  const start = async (make: () => BenchProcess) => {
    const processes = Array.from({ length: workers }, make);
    running.push(...processes);
    const [greeting] = await Promise.all(processes.map((process) => process.ready()));
    return { processes, greeting: greeting! };
  };
  try {
    const { processes } = await start(() => engineProcess(engine, { threads }));
    const sides = [{ name: engine as string, processes, sgemm: true, required: true }];
    for (const { start: make, nameFrom, sgemm } of peers) {
      const peer = await start(() => make(engine, { threads }));
      sides.push({ name: nameFrom(peer.greeting), processes: peer.processes, sgemm, required: false });
    }
    const [ours, ...others] = await takeTurns(work, sides, options);
    return compareSides(named, ours!, others);
  } finally {
    for (const process of running) process.close();
  }
}

/** On a GPU a reading waits for all work that is under way, so that as many steps go without one as in training. */
const stepsPerReading = (engine: EngineName) => (engine === "webgpu" ? 25 : 1);
