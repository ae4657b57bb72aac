import { describeDuration } from "../runs/describe.js";
import { findDeaths, tellsCauses } from "../sparsity/deaths.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { allRuns, completedRuns, describeData, number, requireRuns } from "../study/describe.js";

/** The threats to validity that all studies on these runs share, as a Markdown list; numbers are computed from the runs. */
export function threatsText(arms: ArmRuns[]): string {
  requireRuns(arms, "the threats to validity");
  return [
    `**Scale.** ${describeData(arms)}: far below the paper's regime of large images, wide networks and hundreds of epochs. ` +
      "Deaths need steps, so learning rates and penalties are higher here, and shares of dead filters are not comparable in size.",
    `**Learning rates.** ${ratesText(arms)}`,
    `**Mechanism.** ${shiftText(arms)} Why the ReLU closes is open. Whether the mechanism is the same at the paper's scale is not tested.`,
    ...copies(arms).map(
      (name) =>
        `**Dataset copy.** \`${name}\` with source \`jpeg\`: all images, re-encoded as JPEG. Errors differ from those on the official files.`,
    ),
    `**Thresholds.** ${thresholdText(arms)}`,
    "**Early probes** look at a part of the training images, the last one at all of them. A filter counts as dead only if it is inactive then.",
    `**Seeds.** ${seedsText(arms)}`,
  ]
    .map((threat) => `- ${threat}`)
    .join("\n");
}

function ratesText(arms: readonly ArmRuns[]): string {
  const tuned = arms.filter(({ arm: { family } }) => family !== undefined).length;
  const chosen = "chosen so that filters die within the run, not for the lowest error";
  if (tuned === 0) return `They were ${chosen}: what is found holds at these.`;
  return `Those of tuned families were chosen on held-out training images, out of three or more; the other runs' were ${chosen}.`;
}

/** The commands that make a notebook's runs and the notebook itself again, as a Markdown block; data sets as the runs have them. */
export function rerunText(arms: ArmRuns[], { id, notebook }: { id?: string; notebook: string }): string {
  const folders = [
    ...new Set(
      arms
        .filter(({ arm }) => arm.config.dataset.source !== "builtin")
        .map(({ arm }) => arm.config.dataset.name),
    ),
  ].map((name) => ` --data ${name}=DIR`);
  const scale = arms[0]?.arm.scale ?? "lite";
  // Tuned arms have seeds of their own.
  const asked = arms.filter(({ arm }) => arm.seeds === undefined);
  const seeds = Math.max(1, ...asked.map(({ runs }) => runs.length));
  const options = `--scale ${scale} --seeds ${seeds}${folders.join("")}`;
  return [
    "```sh",
    ...(id === undefined
      ? ["# every run on record, hours", `npm run sweep -- all ${options}`]
      : [
          ...["# synthetic images, offline, minutes", `npm run reproduce -- ${id} --scale quick`],
          ...["# this notebook's runs", `npm run reproduce -- ${id} ${options}`],
        ]),
    "# this notebook from stored records",
    `npm run notebook -- ${notebook.slice(0, 2)}`,
    "```",
  ].join("\n");
}

/** What the runs were trained with: engine, versions, Node; each once. */
export function environmentText(arms: ArmRuns[]): string {
  requireRuns(arms, "their environment");
  const all = allRuns(arms).map(({ record }) => record.environment);
  const each = (of: (environment: (typeof all)[number]) => string) => [...new Set(all.map(of))].join(" and ");
  return `Trained on ${each(({ engine, engineVersion }) => `\`${engine}\` (${engineVersion})`)}, TensorFlow.js ${each(({ tfjs }) => tfjs)}, Node ${each(({ node }) => node)}.`;
}

/** How long the runs took and on what machine, and what that makes on two cores. */
export function costText(arms: ArmRuns[]): string {
  requireRuns(arms, "their cost");
  const runs = allRuns(arms);
  const seconds = runs.map(({ record }) => record.timing.seconds);
  const total = seconds.reduce((sum, value) => sum + value, 0);
  const machines = [
    ...new Set(
      runs.map(
        ({ record: { environment: e } }) =>
          `${e.machine}; ${e.engine === "wasm" ? "wasm, " : ""}${e.engineVersion}`,
      ),
    ),
  ];
  return (
    `The ${runs.length} runs took ${describeDuration(total)} of one core in all, so about ${describeDuration(total / 2)} on two; ` +
    `the longest ${describeDuration(Math.max(...seconds))} (${machines.join(" and ")}).`
  );
}

/** Of what the filters of the finished runs died, and how many had been selective before; says so where none died. */
export function deathCausesText(arms: ArmRuns[]): string {
  requireRuns(arms, "the causes of death");
  const { runs, deaths, which } = tellingDeaths(arms);
  if (deaths.length === 0)
    return runs.length === 0
      ? "Of what filters died is not known: all of these records keep two probes only."
      : `No filter died in any of the ${runs.length} runs${which}.`;
  const share = (holds: (death: (typeof deaths)[number]) => boolean) =>
    `${Math.round((100 * deaths.filter(holds).length) / deaths.length)} %`;
  return (
    `Of ${number.format(deaths.length)} deaths over all ${runs.length} runs${which}, ${share(({ cause }) => cause === "scale")} came by scale ` +
    `($\\gamma$ had decayed when a probe first found the filter inactive) and ${share(({ cause }) => cause === "shift")} by shift ` +
    `($\\gamma$ had not, and the ReLU no longer opened); ${share(({ selectiveFirst }) => selectiveFirst)} had been selective (above 0.9) before.`
  );
}

/**
 * Deaths of the runs that were probed often enough to tell their causes: of the others those alone would count whose cause
 * cannot be missed.
 */
function tellingDeaths(arms: ArmRuns[]) {
  const all = arms.flatMap(completedRuns);
  const runs = all.filter(({ record }) => tellsCauses(record.probes.steps));
  const which = runs.length === all.length ? "" : " whose records keep the probes that tell causes";
  return { runs, which, deaths: runs.flatMap(({ filters }) => findDeaths(filters)) };
}

/** How many deaths came with gamma in place, which no decayed scale explains. */
function shiftText(arms: ArmRuns[]): string {
  const { runs, deaths, which } = tellingDeaths(arms);
  const interpretation =
    "That a penalty outweighs a vanishing gradient of the objective is an interpretation, which [05-mechanism](05-mechanism.ipynb) " +
    "tests, and a penalty need not reach $\\gamma$ to kill ([07-batch-normalization](07-batch-normalization.ipynb)).";
  if (runs.length === 0)
    return `Not observed: whether filters died by shift or by scale, since these records keep two probes only. ${interpretation}`;
  if (deaths.length === 0) return `No filter died in these runs${which}. ${interpretation}`;
  const shifts = deaths.filter(({ cause }) => cause === "shift").length;
  return (
    `Observed: of the ${number.format(deaths.length)} deaths in these runs${which} ${Math.round((100 * shifts) / deaths.length)} % came by shift, ` +
    `with $\\gamma$ still in place when the ReLU closed. ${interpretation}`
  );
}

/** Datasets whose images were re-encoded, each once. */
const copies = (arms: ArmRuns[]): string[] => [
  ...new Set(
    allRuns(arms)
      .filter(({ record }) => record.dataset.source === "jpeg")
      .map(({ record }) => record.dataset.name),
  ),
];

/** Share of filters (%) whose |gamma| ends between a tenth and ten times the threshold, in the arm that has most of them. */
function thresholdText(arms: ArmRuns[]): string {
  const [widest] = arms
    .flatMap((item) => {
      const shares = completedRuns(item).map(nearThreshold).filter(Number.isFinite);
      return shares.length > 0 ? [{ label: item.arm.label, share: mean(shares) }] : [];
    })
    .sort((a, b) => b.share - a.share);
  const both = "Both definitions of dead are shown, so that no conclusion hangs on one threshold.";
  if (!widest) return both;
  return (
    `${both} Between a tenth and ten times of $|\\gamma| = 10^{-3}$ lie at most ${widest.share.toFixed(1)} % of an arm's filters ` +
    `(${widest.label}): a count by scale is sure to that extent.`
  );
}

function nearThreshold({ record, filters }: ArmRuns["runs"][number]): number {
  const last = record.probes.steps.at(-1);
  const gammas = Array.from(
    filters.gamma.filter((_, row) => filters.step[row] === last),
    Math.abs,
  );
  if (gammas.some(Number.isNaN)) return Number.NaN;
  return (100 * gammas.filter((gamma) => gamma >= 1e-4 && gamma < 1e-2).length) / gammas.length;
}

function seedsText(arms: ArmRuns[]): string {
  const counts = arms.map((item) => completedRuns(item).length).filter((count) => count > 0);
  const least = Math.min(...counts);
  return least > 1
    ? `At least ${least} an arm: intervals are Student's and wide for it, and they cover only what a seed decides (initial weights, order of the images), not the choice of data or settings.`
    : "Arms with one seed have no interval; one that rests on few seeds is wide, and covers only what a seed decides (initial weights, order of the images), not the choice of data or settings.";
}
