import { runId } from "../../runs/config.js";
import type { Run } from "../../runs/record.js";
import { RunIndex } from "../../runs/run-index.js";
import { collectArmRuns } from "../../study/collect.js";
import { type StudyRuns, studyRuns } from "../../study/study-runs.js";
import { pairsOfSides } from "../contrast.js";
import { seedsIn } from "../select.js";
import { unlessMissing } from "../unless-missing.js";
import { decidePairs, type Verdict } from "../verdict.js";
import { type Rung, rungArms, rungs } from "./arms.js";
import { type LadderQuestion, ladderQuestions } from "./questions.js";

/** A rung's arms with their runs. */
export interface RungRuns {
  rung: Rung;
  runs: StudyRuns;
}

/** What came out of one question on one rung. */
export interface LadderStep {
  question: LadderQuestion;
  rung: Rung;
  verdict: Verdict;
  /** Effect of each seed, in the question's unit. */
  seeds: readonly { seed: number; effect: number }[];
}

/** The ladder as far as its runs are on record, the lowest rung first. Trains nothing. */
export async function recordedLadder(): Promise<RungRuns[]> {
  const index = new RunIndex();
  const onRecord = (dataset: { name: string; source: string }) =>
    rungs.flatMap((rung) => rungArms({ dataset }, rung)).filter(({ config }) => index.has(runId(config)))
      .length;
  const [dataset] = index
    .datasets()
    .filter(({ name }) => name === "cifar10")
    .sort((a, b) => onRecord(b) - onRecord(a));
  const known = new Map<string, Run>();
  const ladder: RungRuns[] = [];
  for (const rung of rungs)
    ladder.push({ rung, runs: await collectArmRuns(rungArms(dataset ? { dataset } : {}, rung), { known }) });
  return ladder;
}

/** Every question on every rung that has the runs for it: rung by rung within a question. */
export const ladderSteps = (ladder: readonly RungRuns[]): LadderStep[] =>
  ladderQuestions.flatMap((question) => ladder.flatMap((rung) => stepOf(question, rung) ?? []));

function stepOf(question: LadderQuestion, { rung, runs }: RungRuns): LadderStep | undefined {
  const { contrast, claim, hypothesis } = question;
  // One seed has to do on some rungs: what it shows is shown, without an interval.
  const all = studyRuns(runs.map(({ arm: { supporting: _, ...arm }, runs: own }) => ({ arm, runs: own })));
  const pairs = unlessMissing(() =>
    "pairs" in contrast ? contrast.pairs(all) : pairsOfSides(hypothesis, contrast, all),
  );
  if (pairs === undefined) return undefined;
  const seeds = seedsIn(pairs.arms).flatMap((seed) => {
    const [more, less] = pairs.pair(seed);
    return Number.isFinite(more - less) ? [{ seed, effect: more - less }] : [];
  });
  if (seeds.length === 0) return undefined;
  const { unit = "percentage points", smallestEffect = 5 } = contrast;
  const { scale } = all[0]!.arm;
  const about = { id: `ladder, ${rung.name}, ${hypothesis}`, claim, unit, smallestEffect, scale: scale! };
  return { question, rung, seeds, verdict: decidePairs({ ...about, ...pairs }) };
}
