import { type RunConfig, runId } from "../../runs/config.js";
import { RunIndex } from "../../runs/run-index.js";
import type { Arm, ArmRuns } from "../../study/arm.js";
import { type CollectOptions, collectArmRuns } from "../../study/collect.js";
import { hasAllSeeds } from "../tuned.js";

type Kind = RunConfig["penalty"]["kind"];

/** A configuration without what a specification varies: learning rate, warm-up, strength of the penalty. */
function outlineOf(config: RunConfig, kind: Kind): string {
  const { optimizer, penalty, schedule, dataset } = config;
  return JSON.stringify({
    ...config,
    optimizer: { ...optimizer, learningRate: 0 },
    penalty: { ...penalty, lambda: 0, kind },
    schedule: { ...schedule, warmup: 0 },
    dataset: { ...dataset, validationImages: 0 },
  });
}

const bothKinds: readonly Kind[] = ["l2", "decoupled"];

/** Without a penalty its form says nothing. */
const outlines = (config: RunConfig): string[] =>
  (config.penalty.lambda === 0 ? bothKinds : [config.penalty.kind]).map((kind) => outlineOf(config, kind));

/** Whether a run is judged by held-out training images: it serves to choose a setting, not to answer a question. */
export const isScreening = ({ arm: { config } }: Pick<ArmRuns, "arm">): boolean =>
  config.dataset.validationImages > 0;

/**
 * The arms on record that are like some of a hypothesis' but in learning rate, warm-up and strength of the penalty, its own
 * first.
 *
 * @param others arms that the collection has besides, at the same scale and on the same copy of the dataset
 * @param bothForms whether the other form of the penalty is like an arm's own, too. Default false.
 */
export async function likeArms(
  own: readonly ArmRuns[],
  others: readonly Arm[],
  {
    stored = new RunIndex(),
    bothForms = false,
    ...collect
  }: CollectOptions & { stored?: Pick<RunIndex, "has">; bothForms?: boolean } = {},
): Promise<ArmRuns[]> {
  const penalized = own.filter(({ arm }) => arm.lambda > 0).map(({ arm }) => arm.config.penalty.kind);
  const kinds = bothForms ? bothKinds : [...new Set(penalized)];
  const like = new Set(
    own.flatMap(({ arm: { config, lambda } }) =>
      (lambda === 0 || bothForms ? kinds : [config.penalty.kind]).map((kind) => outlineOf(config, kind)),
    ),
  );
  // A tuned arm may be another one's with seeds of its own.
  const nameOf = ({ config, seeds }: Arm) => `${runId(config)}/${seeds?.join() ?? ""}`;
  const known = new Set(own.map(({ arm }) => nameOf(arm)));
  const found = new Map<string, Arm>();
  // Fresh seeds of a setting that is there are no setting more.
  const repeats = ({ seeds, family, config }: Arm) =>
    seeds !== undefined &&
    family === undefined &&
    [...own.map(({ arm }) => arm), ...found.values()].some((one) => runId(one.config) === runId(config));
  for (const arm of others) {
    const name = nameOf(arm);
    if (known.has(name) || found.has(name) || !stored.has(runId(arm.config))) continue;
    if (repeats(arm)) continue;
    if (outlines(arm.config).some((outline) => like.has(outline))) found.set(name, arm);
  }
  const collected = await collectArmRuns([...found.values()], collect);
  // A tuned setting stands before the same one with the seeds of another study: not while seeds of its own are still to come.
  const counts = (item: ArmRuns) =>
    item.arm.family === undefined ? item.runs.length > 0 : hasAllSeeds(item);
  return [...own, ...collected.filter(counts)];
}
