import type { Engine } from "../../engine/engine.js";
import { parseRunConfig, type RunConfigInput } from "../../runs/config/run.js";
import type { ArmResult, ArmStart, Look } from "../messages.js";
import { LiveArm } from "./arm.js";
import { Turns } from "./turns.js";

export interface RerunOptions {
  engine: Engine;
  configs: readonly RunConfigInput[];
  seed: number;
  /** Whether gradients are looked at too. Default false. */
  gradients?: boolean;
  signal: AbortSignal;
  /** Called once the networks are built, before the first step. */
  onStart: (arms: ArmStart[]) => void;
  onLook: (look: Look) => void;
}

/**
 * Trains arms in turns on one engine, with the same seed, looking at every filter as they go: the same steps as a run of
 * the command line takes. Where a page has a core for each arm, each is alone in a worker. Throws `UsageError` on a
 * configuration that is not valid, before anything is trained.
 */
export async function rerun(options: RerunOptions): Promise<ArmResult[]> {
  const { engine, seed, gradients = false, onStart, onLook } = options;
  const configs = options.configs.map((config) => parseRunConfig(config));
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, failure.signal]);
  const turns = new Turns(configs.length);
  const arms: LiveArm[] = [];
  const train = async (arm: LiveArm, index: number) => {
    try {
      return await arm.train(async (look) => {
        onLook({ arm: index, ...look });
        await turns.arrive(index, look.step / arm.start.steps);
        signal.throwIfAborted();
      });
    } catch (error) {
      failure.abort(error);
      throw error;
    } finally {
      turns.leave(index);
    }
  };
  try {
    for (const config of configs) arms.push(new LiveArm({ engine, config, seed, gradients, signal }));
    onStart(arms.map(({ start }) => start));
    const ends = arms.map(train);
    // Every arm has to have left its network before the networks are disposed.
    await Promise.allSettled(ends);
    return await Promise.all(ends);
  } finally {
    for (const arm of arms) arm.dispose();
  }
}
