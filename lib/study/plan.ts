import { runId } from "../runs/config.js";
import type { Job } from "../runs/queue.js";
import { type Glance, RunIndex } from "../runs/run-index.js";
import type { RunPlace } from "../runs/store.js";
import { refuseNewer, whyMissed } from "../runs/train.js";
import { type Arm, seedsOf } from "./arm.js";

/** Arms that somebody wants trained with some seeds. */
export interface RunRequest {
  /** e.g. "h02" */
  hypothesis: string;
  arms: readonly Arm[];
  seeds: readonly number[];
}

/** One run of a plan. */
export interface PlannedRun extends Job {
  id: string;
  /** Every arm that it belongs to. */
  wantedBy: { hypothesis: string; arm: string }[];
  finished: boolean;
  /** Where its record is, if it is finished. */
  place?: RunPlace;
  /** Why it is to be trained, if it is. */
  why?: string;
}

export interface PlanOptions {
  /** What is on disk. Default: as it is now. */
  index?: RunIndex;
  /** Train also what has a record. Default false. */
  fresh?: boolean;
}

/**
 * Every run that is asked for, each once however many arms share it, seed by seed, with what the disk has of it (see
 * `RunIndex`). Throws `UserError` where a newer program's record is in the way.
 */
export async function planRuns(
  requests: readonly RunRequest[],
  { index = new RunIndex(), fresh = false }: PlanOptions = {},
): Promise<PlannedRun[]> {
  const runs = new Map<string, PlannedRun>();
  for (const { hypothesis, arm, id, seed } of eachRun(requests)) {
    const name = `${id}/${seed}`;
    const known = runs.get(name);
    if (known) {
      known.wantedBy.push({ hypothesis, arm: arm.label });
      continue;
    }
    const stored = settle(index.look(id, seed));
    runs.set(name, {
      id,
      seed,
      label: arm.label,
      config: arm.config,
      wantedBy: [{ hypothesis, arm: arm.label }],
      finished: stored.place !== undefined && !fresh,
      ...stored,
      ...(stored.place && fresh && { why: "to be trained afresh" }),
    });
  }
  return [...runs.values()];
}

/** Where a finished record is, or why there is none. */
function settle(glance: Glance): Pick<PlannedRun, "place" | "why"> {
  if (glance.state === "finished") return { place: glance.place };
  refuseNewer(glance);
  return { why: whyMissed(glance) };
}

/** Every run of some arms, seed by seed: each arm has its first before any has its second. */
export const jobsOfArms = (arms: readonly Arm[], seeds: readonly number[]): Job[] =>
  ascending(arms.flatMap((arm) => seedsOf(arm, seeds))).flatMap((seed) =>
    arms
      .filter((arm) => seedsOf(arm, seeds).includes(seed))
      .map(({ label, config }) => ({ label, config, seed })),
  );

const ascending = (seeds: readonly number[]): number[] => [...new Set(seeds)].sort((a, b) => a - b);

/** Seeds outermost, so that every arm has its first seed before any has its second. */
function* eachRun(requests: readonly RunRequest[]) {
  const arms = requests.flatMap(({ hypothesis, arms, seeds }) =>
    arms.map((arm) => ({ hypothesis, arm, id: runId(arm.config), seeds: new Set(seedsOf(arm, seeds)) })),
  );
  for (const seed of ascending(arms.flatMap(({ seeds }) => [...seeds]))) {
    for (const { hypothesis, arm, id, seeds } of arms)
      if (seeds.has(seed)) yield { hypothesis, arm, id, seed };
  }
}
