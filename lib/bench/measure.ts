import type { EngineName } from "../engine/engine.js";
import { type Comparison, compareSides } from "./comparison.js";
import { engineProcess, layersProcess, type Torch, torchProcess } from "./processes.js";
import type { BenchProcess } from "./side.js";
import { type RoundOptions, takeTurns } from "./turns.js";
import type { NamedWork } from "./work.js";

export interface Peers {
  torch?: Torch | undefined;
  /** Whether to compare with tfjs' layers. */
  layers: boolean;
}

/** Measures a work on an engine in turns with its peers. */
export async function measure(
  named: NamedWork,
  engine: EngineName,
  { torch, layers }: Peers,
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
    if (torch) {
      const peer = await start(() => torchProcess(torch, { threads }));
      const name = `PyTorch ${peer.greeting.torch}${torch.device === "cpu" ? "" : ` on ${torch.device}`}`;
      sides.push({ name, processes: peer.processes, sgemm: true, required: false });
    }
    if (layers) {
      const peer = await start(() => layersProcess(engine, { threads }));
      sides.push({ name: "tfjs layers", processes: peer.processes, sgemm: false, required: false });
    }
    const [ours, ...peers] = await takeTurns(work, sides, options);
    return compareSides(named, ours!, peers);
  } finally {
    for (const process of running) process.close();
  }
}

/** On a GPU a reading waits for all work that is under way, so that as many steps go without one as in training. */
const stepsPerReading = (engine: EngineName) => (engine === "webgpu" ? 25 : 1);
