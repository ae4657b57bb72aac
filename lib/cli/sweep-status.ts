import { UserError } from "../errors.js";
import { printable } from "../printable.js";
import { describeHolder } from "../runs/claim.js";
import { RunIndex } from "../runs/run-index.js";
import { describeQueued, type QueuedRun, queuedRuns } from "../runs/slurm/queued.js";
import { type SurveyedRun, surveyRuns } from "../study/survey.js";
import type { Table } from "../tables/table.js";
import type { SelectedArms } from "./options.js";
import { planSweep, type SweepPlan } from "./sweep-plan.js";

export interface StatusOptions extends SelectedArms {
  json?: boolean;
}

const statuses = ["finished", "running", "failed", "missing"] as const;
type Counts = Record<(typeof statuses)[number], number>;

interface Row {
  hypothesis: string;
  arm: string;
  runs: number;
  counts: Counts;
}

/** Prints how far the runs of some hypotheses are, from what is in the folders of records and claims alone. */
export async function showStatus(names: string[], options: StatusOptions): Promise<void> {
  const { plan, surveyed } = await mostOnRecord(names.length > 0 ? names : ["all"], options);
  const arms = rowsOf(plan, surveyed);
  const total = countsOf(surveyed);
  const queued = await queuedOf(surveyed);
  if (options.json) {
    const json = { ...statusJson(plan, surveyed, arms, total), queued };
    process.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
    return;
  }
  const { renderTable } = await import("../tables/render.js");
  process.stdout.write(`${renderTable(tableOf(arms), "text")}\n`);
  const datasets = [
    ...new Set(surveyed.map(({ config: { dataset } }) => `${dataset.name} (${dataset.source})`)),
  ];
  const counts = statuses.map((status) => `${total[status]} ${status}`).join(", ");
  process.stdout.write(
    `total ${surveyed.length} runs at ${plan.scale} scale on ${datasets.join(", ")}: ${counts}\n`,
  );
  for (const line of describeQueued(queued)) process.stdout.write(`slurm ${line}\n`);
  for (const run of surveyed) {
    const name = `${run.wantedBy[0]!.hypothesis} ${run.label}, seed ${run.seed}`;
    if (run.status === "running") process.stdout.write(`run   ${name}: ${describeHolder(run.holder)}\n`);
    if (run.failure)
      process.stdout.write(`fail  ${name}: ${printable(run.failure.message)} (${run.failure.host})\n`);
  }
}

/** Those of the runs that are not there yet and that Slurm holds; none, with a note, where Slurm does not answer. */
async function queuedOf(surveyed: readonly SurveyedRun[]): Promise<QueuedRun[]> {
  const queued = await queuedRuns().catch((error) => {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`note  ${error.message}\n`);
    return [];
  });
  const open = new Set(
    surveyed.flatMap(({ id, seed, status }) => (status === "finished" ? [] : [`${id}/${seed}`])),
  );
  return queued.filter(({ id, seed }) => open.has(`${id}/${seed}`));
}

/**
 * Where the reader names no folder of images, the copy of them that most of the runs on record are of: official files
 * or an image folder.
 */
async function mostOnRecord(
  names: string[],
  options: StatusOptions,
): Promise<{ plan: SweepPlan; surveyed: SurveyedRun[] }> {
  const index = new RunIndex();
  const named = Object.keys(options.data).length > 0;
  let best: { plan: SweepPlan; surveyed: SurveyedRun[] } | undefined;
  for (const source of named ? [undefined] : ["official", "jpeg"]) {
    const plan = await planSweep(names, options, { index, source });
    const surveyed = await surveyRuns(plan.runs);
    const begun = ({ surveyed }: { surveyed: SurveyedRun[] }) =>
      surveyed.filter(({ status }) => status !== "missing").length;
    if (!best || begun({ surveyed }) > begun(best)) best = { plan, surveyed };
  }
  return best!;
}

function countsOf(runs: readonly SurveyedRun[]): Counts {
  const counts: Counts = { finished: 0, running: 0, failed: 0, missing: 0 };
  for (const { status } of runs) counts[status]++;
  return counts;
}

function rowsOf({ requests }: SweepPlan, surveyed: readonly SurveyedRun[]): Row[] {
  const byArm = new Map<string, SurveyedRun[]>();
  const key = (hypothesis: string, arm: string) => JSON.stringify([hypothesis, arm]);
  for (const run of surveyed) {
    for (const { hypothesis, arm } of run.wantedBy) {
      const name = key(hypothesis, arm);
      const runs = byArm.get(name) ?? [];
      runs.push(run);
      byArm.set(name, runs);
    }
  }
  return requests.flatMap(({ hypothesis, arms }) =>
    arms.map(({ label }) => {
      const runs = byArm.get(key(hypothesis, label)) ?? [];
      return { hypothesis, arm: label, runs: runs.length, counts: countsOf(runs) };
    }),
  );
}

function tableOf(rows: readonly Row[]): Table {
  const labels = ["hypothesis", "arm", "runs", ...statuses];
  return {
    columns: labels.map((label) => ({ label, digits: 0 })),
    rows: rows.map(({ hypothesis, arm, runs, counts }) => [
      hypothesis,
      arm,
      runs,
      ...statuses.map((status) => counts[status]),
    ]),
  };
}

function statusJson({ scale, seeds }: SweepPlan, surveyed: SurveyedRun[], arms: Row[], total: Counts) {
  const unfinished = surveyed.filter(({ status }) => status === "running" || status === "failed");
  return {
    scale,
    seeds,
    counts: { runs: surveyed.length, ...total },
    arms: arms.map(({ counts, ...arm }) => ({ ...arm, ...counts })),
    unfinished: unfinished.map(({ id, seed, wantedBy, status, holder, failure }) => ({
      id,
      seed,
      wantedBy,
      status,
      holder,
      failure,
    })),
  };
}
