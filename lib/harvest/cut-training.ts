import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { EngineName } from "../engine/engine.js";
import { threadSettings } from "../engine/threads.js";
import { UserError } from "../errors.js";
import { parseRunConfig, type RunConfig, runId } from "../runs/config.js";
import { describeProcessor } from "../runs/machine.js";
import type { RunRecord } from "../runs/record.js";
import { environmentWith } from "../settings.js";

/** One run, timed. Processor time counts every thread, user and system. */
export interface TimedTraining {
  seed: number;
  /** Whether dead filters were cut out as it trained. */
  cut: boolean;
  /** The whole run: images, steps, probes, tests. */
  seconds: number;
  processorSeconds: number;
  /** In steps, and in cutting. */
  stepSeconds: number;
  cutSeconds: number;
  stepProcessorSeconds: number;
  cutProcessorSeconds: number;
  /** At the end, 0 to 1. */
  deadByActivation: number;
  testError: number;
  cuts: NonNullable<RunRecord["cuts"]>;
  /** Processor time in steps up to some of them. */
  pace: { step: number; processorSeconds: number }[];
}

/** Runs of one configuration with dead filters cut out as they train, and without, in turns. */
export interface CutTraining {
  processor: string;
  threads: number;
  engine: EngineName;
  /** e.g. "TensorFlow 2.21.0". */
  version: string;
  kernels: string;
  /** e.g. "Adam, L2 1e-3". */
  arm: string;
  /** The configuration's, without cutting. */
  id: string;
  /** Steps between two looks. */
  every: number;
  steps: number;
  trainings: TimedTraining[];
}

export interface CutTrainingOptions {
  /** What the runs are called, e.g. "Adam, L2 1e-3". */
  arm: string;
  every: number;
  seeds: readonly number[];
  engine: EngineName;
  threads: number;
  /** Folder of each dataset that is not built in or cached, by dataset name. */
  locations: Record<string, string>;
  onRun?: (training: TimedTraining) => void;
}

/** What a process that times one run is asked for. */
export interface TrainingRequest extends Pick<CutTrainingOptions, "engine" | "locations"> {
  config: RunConfig;
  seed: number;
}

/** Its answer. */
export type TrainingAnswer =
  | { training: Omit<TimedTraining, "cut">; version: string; kernels: string }
  | { error: string };

/**
 * Trains one configuration whole and with dead filters cut out, seed by seed in turns, each run in a process of its own; keeps no
 * record of them. Throws `UsageError` where the configuration does not allow cutting, `UserError` where a run fails.
 */
export async function measureCutTraining(
  config: RunConfig,
  { arm, every, seeds, engine, threads, locations, onRun }: CutTrainingOptions,
): Promise<CutTraining> {
  const cutting = parseRunConfig({ ...config, cutDead: { every } });
  const trainings: TimedTraining[] = [];
  let about = { version: "", kernels: "" };
  for (const [turn, seed] of seeds.entries()) {
    // Neither goes first every time: a machine warms up, and others come and go.
    for (const cut of turn % 2 === 0 ? [false, true] : [true, false]) {
      const request = { engine, locations, seed, config: cut ? cutting : config };
      const { training, ...found } = await timedRun(request, threads);
      about = found;
      trainings.push({ ...training, cut });
      onRun?.(trainings.at(-1)!);
    }
  }
  return {
    ...{ processor: describeProcessor(), threads, engine, ...about },
    ...{ arm, id: runId(config), every, steps: config.steps, trainings },
  };
}

async function timedRun(
  request: TrainingRequest,
  threads: number,
): Promise<Exclude<TrainingAnswer, { error: string }>> {
  const child = fork(fileURLToPath(new URL("./cut-training-worker.js", import.meta.url)), {
    env: environmentWith({ ...threadSettings(threads), FILTER_SPARSITY_ENGINE: request.engine }),
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const exited = once(child, "exit").then(() => [{ error: "its process ended" }]);
  try {
    child.send(request, () => {});
    const [answer] = (await Promise.race([once(child, "message"), exited])) as [TrainingAnswer];
    if ("error" in answer) throw new UserError(`Seed ${request.seed} was not timed: ${answer.error}`);
    return answer;
  } finally {
    child.kill();
  }
}
