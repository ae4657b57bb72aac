import type { Command } from "commander";
import { allArms, type Hypothesis } from "../hypotheses/hypothesis.js";
import { type Experiment, jobsOf, runExperiment, workersOf } from "./experiment.js";
import { addArmOptions, addTrainingOptions, type SelectedArms, type TrainingOptions } from "./options.js";
import { failOnFailures, showResults } from "./results.js";
import { armOptions, seedsUpTo, withCutting } from "./selected-arms.js";

type ReproduceOptions = TrainingOptions & SelectedArms;

export function register(program: Command): void {
  const command = program
    .command("reproduce")
    .description("train what a hypothesis lacks, then print its table and verdict")
    .argument("<hypothesis>", "h01, or a notebook's name");
  addTrainingOptions(addArmOptions(command)).action(async (name: string, options: ReproduceOptions) => {
    const { findHypothesis } = await import("../hypotheses/index.js");
    const experiment = await planExperiment(findHypothesis(name), options);
    await reproduce(experiment, options);
  });
}

/** Settles arms, seeds and data before any work. */
export async function planExperiment(
  hypothesis: Hypothesis,
  { scale, seeds, data, cutDead }: Pick<ReproduceOptions, "scale" | "seeds" | "data" | "cutDead">,
): Promise<Experiment> {
  return {
    hypothesis,
    arms: withCutting(allArms(hypothesis, await armOptions(scale, data)), cutDead),
    scale,
    seeds: seedsUpTo(scale, seeds),
    locations: data,
  };
}

async function reproduce(experiment: Experiment, options: TrainingOptions): Promise<void> {
  const { hypothesis, scale, arms, seeds } = experiment;
  const jobs = jobsOf(experiment).length;
  process.stderr.write(
    `${hypothesis.id.toUpperCase()} ${hypothesis.title}: ${arms.length} arms x ${seeds.length} ${seeds.length === 1 ? "seed" : "seeds"} at ${scale} scale, ${workersOf(options, jobs)} at once\n`,
  );
  const result = await runExperiment(experiment, options, {
    onEngine: ({ engine, version }, view) => view.line(`engine ${engine}: ${version}`),
  });
  await showResults(experiment, result, options);
  failOnFailures(result.queue);
}
