import { messageOf, UserError } from "../errors.js";
import { runId } from "../runs/config.js";
import type { Job } from "../runs/queue.js";
import type { Run } from "../runs/record.js";
import { RunIndex } from "../runs/run-index.js";
import type { StoredRun } from "../runs/store.js";
import { type Arm, type ArmRuns, type Scale, seedsOf } from "../study/arm.js";
import { collectArmRuns } from "../study/collect.js";
import { jobsOfArms } from "../study/plan.js";
import { allArms, type Hypothesis } from "./hypothesis.js";
import { familiesIn } from "./tuned.js";
import type { Verdict } from "./verdict.js";

export interface RecordedOptions {
  /** Default: the first of lite, reduced, paper and quick that has runs. */
  scale?: Scale | undefined;
  /** Default: every one on record. */
  seeds?: readonly number[] | undefined;
  /** What is on record, where the caller knows. Default: as it is now. */
  stored?: RunIndex | readonly StoredRun[] | undefined;
  /** Runs that were read before, as `collectArmRuns` takes them. */
  known?: Map<string, Run> | undefined;
}

/** A hypothesis as far as its runs are on record. */
export interface RecordedHypothesis {
  hypothesis: Hypothesis;
  /** Undefined where none of its runs is there. */
  scale: Scale | undefined;
  /** Those without a run keep their place. */
  arms: ArmRuns[];
  /** On the main contrast; undefined where the runs that it rests on are missing. */
  verdict: Verdict | undefined;
  /** On every part of the claim that has its runs, the main one first. */
  verdicts: Verdict[];
  /** Why there is no verdict, or what it lacks, and the command that helps; undefined where all is there. */
  lack: string | undefined;
}

/** In the order in which a verdict looks for runs. */
export const preferredScales: readonly Scale[] = ["lite", "reduced", "paper", "quick"];

/** Seeds that the protocol asks for, of every arm that a verdict rests on. */
export const protocolSeeds: readonly number[] = [1, 2, 3];

/** Without families of which no setting is confirmed yet: no verdict rests on them. */
function begun(arms: readonly ArmRuns[]): ArmRuns[] {
  const known = familiesIn(arms);
  return arms.filter(({ arm: { family } }) => family === undefined || known.includes(family));
}

/** Runs that the protocol asks for and that the arms lack: every seed, of a supporting arm the first. */
export function missingRuns(arms: readonly ArmRuns[]): Job[] {
  const trained = new Set(
    arms.flatMap(({ runs }) => runs.map(({ record: { id, seed } }) => `${id}/${seed}`)),
  );
  return jobsOfArms(
    begun(arms).map(({ arm }) => arm),
    protocolSeeds,
  ).filter(({ config, seed }) => !trained.has(`${runId(config)}/${seed}`));
}

/**
 * A hypothesis' arms with their finished runs, at the scale that has any and on the copy of the dataset that has most of them;
 * undefined where there is none. Trains nothing.
 */
export async function recordedArms(
  hypothesis: Hypothesis,
  { scale, seeds, stored, known }: RecordedOptions = {},
): Promise<{ arms: ArmRuns[]; scale: Scale; problems: string[] } | undefined> {
  const index = stored === undefined ? new RunIndex() : stored instanceof RunIndex ? stored : indexOf(stored);
  const chosen = chosenArms(hypothesis, index, scale);
  if (!chosen) return undefined;
  const problems: string[] = [];
  const arms = await collectArmRuns(chosen.arms, {
    ...(seeds && { seeds }),
    ...(known && { known }),
    ...(index instanceof RunIndex && { stored: index }),
    onProblem: (line) => problems.push(line),
  });
  return { arms, scale: chosen.scale, problems };
}

/** The arms of `recordedArms` before their runs are read. */
export function chosenArms(
  hypothesis: Hypothesis,
  index: Pick<RunIndex, "has" | "datasets">,
  scale: Scale | undefined,
): { arms: Arm[]; scale: Scale } | undefined {
  for (const one of scale === undefined ? preferredScales : [scale]) {
    const candidates = index.datasets().map((dataset) => {
      const arms = allArms(hypothesis, { scale: one, dataset });
      return { arms, count: arms.filter(({ config }) => index.has(runId(config))).length };
    });
    const best = candidates.reduce((a, b) => (b.count > a.count ? b : a), { arms: [], count: 0 });
    if (best.count > 0) return { arms: best.arms, scale: one };
  }
  return undefined;
}

/** The same of some runs that were read before. */
function indexOf(runs: readonly StoredRun[]): Pick<RunIndex, "has" | "datasets"> {
  const ids = new Set(runs.map(({ record }) => record.id));
  const datasets = new Map(
    runs.map(({ record: { config } }) => {
      const { name, source } = config.dataset;
      return [`${name}/${source}`, { name, source }];
    }),
  );
  return { has: (id) => ids.has(id), datasets: () => [...datasets.values()] };
}

/** A hypothesis with the verdict that the runs on record allow. Throws only where a record's table is damaged. */
export async function recordedHypothesis(
  hypothesis: Hypothesis,
  options: RecordedOptions = {},
): Promise<RecordedHypothesis> {
  const found = await recordedArms(hypothesis, options);
  const scale = found?.scale ?? options.scale;
  const remedy = `Train what is missing: npm run sweep -- ${hypothesis.id} --scale ${scale ?? "lite"} --data NAME=DIR.`;
  if (!found)
    return {
      hypothesis,
      scale: undefined,
      arms: [],
      verdict: undefined,
      verdicts: [],
      lack: `No verdict: none of its runs is on record${options.scale ? ` at ${options.scale} scale` : ""}. ${remedy}`,
    };
  const { arms } = found;
  const judged = hypothesis.parts(arms).map((name) => ({ name, ...judge(hypothesis, name, arms) }));
  const verdicts = judged.flatMap(({ verdict }) => verdict ?? []);
  const [{ verdict, reason } = {}] = judged;
  const expected = begun(arms);
  const short = expected.filter(({ arm, runs }) => runs.length < seedsOf(arm, protocolSeeds).length).length;
  const lack = !verdict
    ? `No verdict: ${reason} ${remedy}`
    : short > 0
      ? `${short} of its ${expected.length} arms lack seeds; the verdict rests on those that are there. ${remedy}`
      : undefined;
  const lacks = [...(lack === undefined ? [] : [lack]), ...found.problems];
  return {
    ...{ hypothesis, scale: found.scale, arms, verdict, verdicts },
    lack: lacks.length > 0 ? lacks.join(" ") : undefined,
  };
}

function judge(
  hypothesis: Hypothesis,
  contrast: string,
  arms: ArmRuns[],
): { verdict?: Verdict; reason?: string } {
  try {
    const verdict = hypothesis.verdict(contrast, arms);
    if (Number.isFinite(verdict.effect)) return { verdict };
    return { reason: "no seed has all the runs that it compares." };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // What its message says to do trains other runs than those on record.
    return { reason: messageOf(error).replace(/ Train [^.]*\.$/, "") };
  }
}
