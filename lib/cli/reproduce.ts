import type { Command } from "commander";
import { UserError } from "../errors.js";
import type { Hypothesis, Scale } from "../hypotheses/hypothesis.js";
import { type Experiment, jobsOf, runExperiment, workersOf } from "./experiment.js";
import {
  addTrainingOptions,
  type Locations,
  parseCount,
  parseData,
  parseScale,
  type TrainingOptions,
} from "./options.js";
import { failOnFailures, showResults } from "./results.js";

interface ReproduceOptions extends TrainingOptions {
  scale: Scale;
  seeds?: number;
  data: Locations;
}

/** A verdict rests on at least three seeds. */
const defaultSeeds: Record<Scale, number> = { smoke: 1, quick: 3, lite: 3, paper: 3 };

export function register(program: Command): void {
  const command = program
    .command("reproduce")
    .description("train what a hypothesis lacks, then print its table and verdict")
    .argument("<hypothesis>", "h01, or a notebook's name")
    .option("--scale <scale>", "quick (minutes), lite (hours on a laptop) or paper", parseScale, "quick")
    .option("--seeds <number>", "seeds of each arm, from 1 up; default: 3, at smoke 1", (text) =>
      parseCount("--seeds", text, 1000),
    )
    .option("--data <name=dir>", "folder with a dataset's images; repeatable", parseData, {});
  addTrainingOptions(command).action(async (name: string, options: ReproduceOptions) => {
    const { findHypothesis } = await import("../hypotheses/index.js");
    const experiment = await planExperiment(findHypothesis(name), options);
    await reproduce(experiment, options);
  });
}

/** Settles arms, seeds and data before any work. */
export async function planExperiment(
  hypothesis: Hypothesis,
  { scale, seeds = defaultSeeds[scale], data }: Pick<ReproduceOptions, "scale" | "seeds" | "data">,
): Promise<Experiment> {
  const names = Object.keys(data);
  if (names.length > 1)
    throw new UserError(
      `${hypothesis.id} takes one dataset, --data named ${names.join(" and ")}. Give one.`,
      {
        exitCode: 2,
      },
    );
  const [name] = names;
  const dataset = name === undefined ? undefined : { name, source: await sourceOf(data[name]!) };
  return {
    hypothesis,
    arms: hypothesis.arms({ scale, dataset }),
    scale,
    seeds: Array.from({ length: seeds }, (_, index) => index + 1),
    locations: data,
  };
}

async function sourceOf(folder: string): Promise<string> {
  const { detectSource } = await import("../datasets/index.js");
  return detectSource(folder);
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
