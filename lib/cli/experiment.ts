import type { Hypothesis } from "../hypotheses/hypothesis.js";
import { defaultWorkers, type Job, type QueueResult } from "../runs/queue.js";
import type { Arm, ArmRuns, Scale } from "../study/arm.js";
import { collectArmRuns } from "../study/collect.js";
import { jobsOfArms } from "../study/plan.js";
import type { Locations, TrainingOptions } from "./options.js";
import { placeOf, type TrainJobsOptions, trainJobs } from "./train-jobs.js";

export interface Experiment {
  hypothesis: Hypothesis;
  arms: Arm[];
  scale: Scale;
  seeds: number[];
  locations: Locations;
}

export interface ExperimentResult {
  runs: ArmRuns[];
  queue: QueueResult;
}

/** Every run of the experiment, seed by seed. */
export const jobsOf = ({ arms, seeds }: Pick<Experiment, "arms" | "seeds">): Job[] => jobsOfArms(arms, seeds);

export const workersOf = ({ workers = defaultWorkers() }: TrainingOptions, jobs: number): number =>
  Math.max(1, Math.min(workers, jobs));

/** Trains what the experiment lacks, as `trainJobs`, and returns all its runs. */
export async function runExperiment(
  experiment: Experiment,
  options: TrainingOptions,
  { onEngine }: Pick<TrainJobsOptions, "onEngine"> = {},
): Promise<ExperimentResult> {
  const { arms, scale, seeds, locations } = experiment;
  const jobs = jobsOf(experiment);
  const queue = await trainJobs(jobs, { ...options, locations, place: placeOf(scale), onEngine });
  return { runs: await collectArmRuns(arms, { seeds }), queue };
}
