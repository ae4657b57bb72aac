import { UserError } from "../errors.js";
import { arm } from "../hypotheses/arms.js";
import {
  type Arm,
  type ArmRuns,
  type Hypothesis,
  hypotheses,
  type Scale,
  scaleDefaults,
} from "../hypotheses/index.js";
import { studiedOptimizers } from "../hypotheses/optimizer-settings.js";
import { verdictText } from "../hypotheses/verdict-text.js";
import { describeArm, describeDataset, networkTitle } from "../runs/describe.js";
import { collectArmRuns, listRuns, type Run, runId, type StoredRun } from "../runs/index.js";
import { mean } from "../statistics.js";
import type { LiveArmChoice, LiveHypothesis, StoredArm, StoredPair } from "./catalog.js";
import { armsOfPair, type Pair, pairOf } from "./pairs.js";

/** Where the stored results that stand beside a rerun may come from, the nearest to it first. */
const scales: Scale[] = ["quick", "lite"];

/** What every hypothesis's page is to know. Reads records, trains nothing. */
export async function liveHypotheses(scale: Scale): Promise<LiveHypothesis[]> {
  const optimizers = optimizerChoices(scale);
  const { runs } = await listRuns();
  return Promise.all(
    hypotheses.map(async (hypothesis) => {
      const { id, claim } = hypothesis;
      const pair = pairOf(id);
      const arms = armsOfPair(pair, hypothesis.arms({ scale }));
      if (!arms)
        throw new UserError(`${id} has no pair of arms at scale ${scale}. Choose one in lib/live/pairs.ts.`);
      const { judgment, caveat } = pair;
      const choices = arms.map(
        ({ label, config }): LiveArmChoice => ({
          label,
          config,
          ...(label !== describeArm(config) && { fixed: label.slice(describeArm(config).length + 2) }),
        }),
      ) as [LiveArmChoice, LiveArmChoice];
      const stored = await storedPairs(hypothesis, pair, runs);
      return { id, claim, arms: choices, judgment, ...(caveat && { caveat }), optimizers, stored };
    }),
  );
}

/** The paper's optimizers, then those that other hypotheses add. */
function optimizerChoices(scale: Scale): LiveHypothesis["optimizers"] {
  const arms = [
    ...studiedOptimizers.map((name) => arm({ scale }, name)),
    ...hypotheses.flatMap((hypothesis) => hypothesis.arms({ scale })),
  ];
  const byName = new Map(arms.toReversed().map(({ optimizer, config }) => [optimizer, config.optimizer]));
  const names = new Set(arms.map(({ optimizer }) => optimizer));
  return [...names].map((name) => ({ name, config: byName.get(name)! }));
}

/** The pair as it is on record, from the page's own scale on, where any of its runs is finished. */
async function storedPairs(
  hypothesis: Hypothesis,
  pair: Pair,
  finished: readonly StoredRun[],
): Promise<StoredPair[]> {
  const pairs = scales.map(async (scale) => {
    const arms = mostRecorded(hypothesis, scale, finished);
    const own = armsOfPair(pair, arms);
    if (!own) return [];
    const runs = await collectArmRuns(arms);
    const stored = own.map((each) => storedArm(runs.find((one) => one.arm === each)!));
    if (stored.every(({ seeds }) => seeds === 0)) return [];
    const { config } = own[0];
    const setting = `${networkTitle(config.model)} (${config.model.widths.join("-")}) on ${describeDataset(config)}, ${config.steps.toLocaleString("en")} steps`;
    const verdict = verdictOf(hypothesis, runs, scale);
    return [{ scale, setting, arms: stored, ...(verdict && { verdict }) }];
  });
  return (await Promise.all(pairs)).flat();
}

/** The arms at a scale, on the copy of its dataset that has most of their runs. */
function mostRecorded(hypothesis: Hypothesis, scale: Scale, finished: readonly StoredRun[]): Arm[] {
  const ids = new Set(finished.map(({ record }) => record.id));
  const { name } = scaleDefaults[scale].dataset;
  const sources = new Set(
    finished.flatMap(({ record: { dataset } }) => (dataset.name === name ? [dataset.source] : [])),
  );
  return [...sources]
    .map((source) => hypothesis.arms({ scale, dataset: { name, source } }))
    .reduce<{ arms: Arm[]; count: number }>(
      (best, arms) => {
        const count = arms.filter(({ config }) => ids.has(runId(config))).length;
        return count > best.count ? { arms, count } : best;
      },
      { arms: [], count: 0 },
    ).arms;
}

function storedArm({ arm: { label }, runs }: ArmRuns): StoredArm {
  const share = (measure: (run: Run) => number) => 100 * mean(runs.map(measure));
  return {
    label,
    seeds: runs.length,
    deadByActivation: share(({ record }) => record.final.deadByActivation),
    deadByScale: share(({ record }) => record.final.deadByScale),
    testError: share(({ record }) => record.final.testError),
  };
}

/** Absent where the runs that it needs are not there. */
function verdictOf(hypothesis: Hypothesis, runs: ArmRuns[], scale: Scale): StoredPair["verdict"] {
  try {
    const { answer, evidence, basis } = verdictText(hypothesis.verdict(runs, scale));
    return { answer, evidence, basis };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
