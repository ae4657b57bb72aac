import { UserError } from "../errors.js";
import { arm } from "../hypotheses/arms.js";
import { type Arm, type ArmRuns, type Hypothesis, hypotheses, type Scale } from "../hypotheses/index.js";
import { studiedOptimizers } from "../hypotheses/optimizer-settings.js";
import { recordedHypothesis } from "../hypotheses/recorded.js";
import { verdictText } from "../hypotheses/verdict-text.js";
import { describeDataset, networkTitle } from "../runs/describe.js";
import type { Run } from "../runs/index.js";
import { RunIndex } from "../runs/run-index.js";
import { mean } from "../statistics.js";
import type { LiveArmChoice, LiveHypothesis, StoredArm, StoredPair } from "./catalog.js";
import { armsOfPair, type Pair, pairOf } from "./pairs.js";

/** Where the stored results that stand beside a rerun may come from, the nearest to it first. */
const scales: Scale[] = ["quick", "lite"];

/** What every hypothesis's page is to know. Reads records, trains nothing. */
export async function liveHypotheses(scale: Scale): Promise<LiveHypothesis[]> {
  const optimizers = optimizerChoices(scale);
  const runs = new RunIndex();
  return Promise.all(
    hypotheses.map(async (hypothesis) => {
      const { id, claim } = hypothesis;
      const pair = pairOf(hypothesis);
      const arms = armsOfPair(pair, hypothesis.arms({ scale }));
      if (!arms)
        throw new UserError(
          `${id} has no pair of arms at scale ${scale}. Choose one in its main contrast, or in lib/live/pairs.ts.`,
        );
      const { judgment, caveat } = pair;
      const choices = arms.map((own): LiveArmChoice => {
        const fixed = differ(arms) ? own.note : undefined;
        return { label: own.label, config: own.config, ...(fixed && { fixed }) };
      }) as [LiveArmChoice, LiveArmChoice];
      const stored = await storedPairs(hypothesis, pair, runs);
      return { id, claim, arms: choices, judgment, ...(caveat && { caveat }), optimizers, stored };
    }),
  );
}

/** Whether two arms differ in what a page has no controls for. */
function differ(arms: readonly Arm[]): boolean {
  const texts = arms.map(({ config: { dataset, schedule, model } }) => {
    const { activation: _, negativeSlope: _slope, ...rest } = model;
    return JSON.stringify({ dataset, schedule, rest });
  });
  return new Set(texts).size > 1;
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
async function storedPairs(hypothesis: Hypothesis, pair: Pair, stored: RunIndex): Promise<StoredPair[]> {
  const pairs = scales.map(async (scale) => {
    const { arms, verdict } = await recordedHypothesis(hypothesis, { scale, stored });
    const own = armsOfPair(
      pair,
      arms.map(({ arm }) => arm),
    );
    const rows = own?.map((each) => storedArm(arms.find(({ arm }) => arm === each)!)) ?? [];
    if (!own || rows.every(({ seeds }) => seeds === 0)) return [];
    return [
      { scale, setting: settingOf(own[0]), arms: rows, ...(verdict && { verdict: verdictText(verdict) }) },
    ];
  });
  return (await Promise.all(pairs)).flat();
}

/** "BasicNet (16-32-32-64-64-128-128) on cifar10 (jpeg) 16 px, 10,000 images, 5,000 steps" */
const settingOf = ({ config }: Arm): string =>
  `${networkTitle(config.model)} (${config.model.widths.join("-")}) on ${describeDataset(config)}, ${config.steps.toLocaleString("en")} steps`;

function storedArm({ arm: { label }, runs }: ArmRuns): StoredArm {
  const share = (measure: (run: Run) => number) => {
    const value = 100 * mean(runs.map(measure));
    return Number.isFinite(value) ? value : null;
  };
  return {
    label,
    seeds: runs.length,
    deadByActivation: share(({ record }) => record.final.deadByActivation),
    deadByScale: share(({ record }) => record.final.deadByScale),
    testError: share(({ record }) => record.final.testError),
  };
}
