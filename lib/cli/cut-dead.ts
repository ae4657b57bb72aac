import type { Command } from "commander";
import { UsageError } from "../errors.js";
import type { CutTraining, TimedTraining } from "../harvest/cut-training.js";
import { latencyEngines } from "./latency-engines.js";
import {
  addArmOptions,
  parseCount,
  parseEngine,
  type SelectedArms,
  type TrainingOptions,
} from "./options.js";
import { armOptions, seedsUpTo } from "./selected-arms.js";
import { shownPath } from "./shown-path.js";
import { tellLine } from "./tell-line.js";

interface CutDeadOptions extends SelectedArms, Pick<TrainingOptions, "engine" | "json"> {
  arm: string;
  every: number;
  threads: number;
  keep?: boolean;
}

export function register(program: Command): void {
  const command = program
    .command("cut-dead")
    .summary("train an arm whole and with dead filters cut out as they die, and time both")
    .description(
      "Train an arm of a hypothesis whole and with dead filters cut out as they die, in turns, each run in a process of its " +
        "own, and say what that saved. Keeps no records: for these, npm run sweep -- ... --cut-dead. Keep the machine idle.",
    )
    .argument("<hypothesis>", "by id or notebook, e.g. h01")
    .requiredOption("--arm <label>", 'as tables show it, e.g. "Adam, L2 1e-3"')
    .option("--every <steps>", "steps between two looks", (text) => parseCount("--every", text, 1e9), 250);
  addArmOptions(command, { cutting: false })
    .option("--engine <name>", "default: the best found of tensorflow and wasm", parseEngine)
    .option("--threads <number>", "of the engine", (text) => parseCount("--threads", text, 256), 1)
    .option("--keep", "keep the times in data/latency/training")
    .option("--json", "print the times as JSON")
    .action(cutDead);
}

async function cutDead(name: string, options: CutDeadOptions): Promise<void> {
  const { scale, seeds, data: locations, every, threads, keep, json } = options;
  const { findHypothesis } = await import("../hypotheses/index.js");
  const arms = findHypothesis(name).arms(await armOptions(scale, locations));
  const arm = arms.find(({ label }) => label === options.arm);
  if (!arm)
    throw new UsageError(
      `${name} has no arm "${options.arm}" at ${scale} scale. Expected one of: ${arms.map(({ label }) => `"${label}"`).join(", ")}.`,
    );
  const [{ measureCutTraining }, { keepCutTraining }] = await Promise.all([
    import("../harvest/cut-training.js"),
    import("../harvest/kept-cut-trainings.js"),
  ]);
  const measured = await measureCutTraining(arm.config, {
    ...{ arm: arm.label, every, seeds: seedsUpTo(scale, seeds), threads, locations },
    engine: (await latencyEngines(options.engine))[0]!,
    onRun: (training) => tellLine(describeTraining(training)),
  });
  if (keep) tellLine(`kept in ${shownPath(await keepCutTraining(measured))}`);
  process.stdout.write(`${json ? JSON.stringify(measured, null, 2) : await summary(measured)}\n`);
}

function describeTraining({ seed, cut, seconds, processorSeconds, ...rest }: TimedTraining): string {
  const dead = `${(100 * rest.deadByActivation).toFixed(1)} % dead`;
  const error = `error ${(100 * rest.testError).toFixed(1)} %`;
  return `seed ${seed}, ${cut ? `${rest.cuts.length} cuts` : "whole"}: ${seconds.toFixed(1)} s, processor ${processorSeconds.toFixed(1)} s, ${dead}, ${error}`;
}

async function summary(measured: CutTraining): Promise<string> {
  const [{ cutTrainingTable }, { renderTable }] = await Promise.all([
    import("../tables/cut-training.js"),
    import("../tables/render.js"),
  ]);
  return renderTable(cutTrainingTable(measured), "text");
}
