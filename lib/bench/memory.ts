import type { EngineName } from "../engine/engine.js";
import { engineProcess } from "./processes.js";
import type { Answer } from "./protocol.js";
import type { NamedWork } from "./work.js";

/** Memory of one training process over many steps: an entry of `--memory --json`. */
export interface MemoryUse {
  work: string;
  engine: string;
  /** Steps after which it was read. */
  steps: [number, number];
  residentBytes: [number, number];
  /** Second over first. */
  growth: number;
  /** Highest resident size up to the last step. */
  peakBytes: number;
  /** Alive at each. */
  tensors: [number, number];
}

/** Steps between two answers, in which the process' event loop runs. */
const stepsPerRequest = 50;

/** Trains `steps` steps, and compares memory after the first tenth of them with that at the end. */
export async function memoryUse(
  { name, work }: NamedWork,
  engine: EngineName,
  { steps, onStep }: { steps: number; onStep?: (step: number) => void },
): Promise<MemoryUse> {
  const process = engineProcess(engine, { threads: work.threads });
  const until = async (from: number, to: number): Promise<Answer> => {
    let answer: Answer | undefined;
    for (let step = from; step < to; step += stepsPerRequest) {
      answer = await process.ask({ work, steps: Math.min(stepsPerRequest, to - step) });
      onStep?.(Math.min(step + stepsPerRequest, to));
    }
    return answer!;
  };
  try {
    await process.ready();
    const early = Math.max(1, Math.round(steps / 10));
    const first = await until(0, early);
    const last = await until(early, steps);
    return {
      work: name,
      engine,
      steps: [early, steps],
      residentBytes: [first.residentBytes!, last.residentBytes!],
      growth: last.residentBytes! / first.residentBytes!,
      peakBytes: last.peakBytes!,
      tensors: [first.tensors!, last.tensors!],
    };
  } finally {
    process.close();
  }
}
