import { chooseEngine } from "../engine/choose.js";
import type { EngineName } from "../engine/engine.js";
import { UsageError } from "../errors.js";
import { allArms, type Hypothesis } from "../hypotheses/hypothesis.js";
import { Durations, sampleRecords } from "../runs/durations.js";
import { RunIndex } from "../runs/run-index.js";
import type { Scale } from "../study/arm.js";
import { type PlannedRun, planRuns, type RunRequest } from "../study/plan.js";
import type { Table } from "../tables/table.js";
import { describeExpected, type Expected, expected } from "./expected.js";
import { workersOf } from "./experiment.js";
import type { SelectedArms, TrainingOptions } from "./options.js";
import { armOptions, seedsUpTo, withCutting } from "./selected-arms.js";

/** What several hypotheses need, at one scale. */
export interface SweepPlan {
  scale: Scale;
  seeds: number[];
  requests: (RunRequest & { title: string })[];
  /** Every run once. */
  runs: PlannedRun[];
  missing: PlannedRun[];
}

/** How the missing runs of a plan will be trained here. */
export interface Prospect {
  engine: EngineName;
  workers: number;
  expected: Expected;
}

/** What runs are planned for. */
type Planned = Pick<Hypothesis, "id" | "title" | "arms"> & Partial<Pick<Hypothesis, "tunedArms">>;

/** What a reader names, each once: hypotheses, in the order of the collection, or all of them with "all", and further studies. */
export async function namedHypotheses(names: readonly string[]): Promise<Planned[]> {
  const { findHypothesis, furtherStudies, hypotheses } = await import("../hypotheses/index.js");
  if (names.length === 0) {
    const known = hypotheses.map(({ id }) => id).join(", ");
    const further = furtherStudies.map(({ id }) => `"${id}"`).join(", ");
    throw new UsageError(`Name the hypotheses: ${known}, all of them with "all"; or one of ${further}.`);
  }
  const named = new Set<Planned>(
    names.flatMap((name) => {
      if (name === "all") return hypotheses;
      return furtherStudies.find(({ id }) => id === name) ?? findHypothesis(name);
    }),
  );
  return [...furtherStudies, ...hypotheses].filter((one) => named.has(one));
}

/** Plans all arms of some hypotheses. */
export async function planSweep(
  names: readonly string[],
  { scale, seeds, data, cutDead, fresh = false }: SelectedArms & Pick<TrainingOptions, "fresh">,
  {
    index = new RunIndex(),
    source,
  }: { index?: RunIndex /** Copy of datasets not given. */; source?: string } = {},
): Promise<SweepPlan> {
  const named = await namedHypotheses(names);
  const options = await armOptions(scale, data, source);
  const wanted = seedsUpTo(scale, seeds);
  const requests = named.map((hypothesis) => ({
    hypothesis: hypothesis.id,
    title: hypothesis.title,
    arms: withCutting(allArms(hypothesis, options), cutDead),
    seeds: wanted,
  }));
  const runs = await planRuns(requests, { index, fresh });
  return { scale, seeds: wanted, requests, runs, missing: runs.filter(({ finished }) => !finished) };
}

/** What training the missing runs here will take. */
export async function foresee(
  { runs, missing }: SweepPlan,
  options: Pick<TrainingOptions, "engine" | "workers">,
  index = new RunIndex(),
): Promise<Prospect> {
  const engine = await chooseEngine(options.engine);
  const workers = workersOf(options, missing.length);
  const records = await sampleRecords(index, { like: runs.map(({ id }) => id) });
  const configs = missing.map(({ config }) => config);
  return { engine, workers, expected: expected(configs, new Durations(records, { engine }), workers) };
}

/** `plan 96 runs at lite scale: 30 there, 66 missing` */
export function describeCounts({ scale, runs, missing }: SweepPlan): string {
  const there = runs.length - missing.length;
  return `plan ${count(runs.length, "run")} at ${scale} scale: ${there} there, ${missing.length} missing`;
}

/** The counts, and `; about 2 h 10 min, as 24 runs took here, with 2 workers (tensorflow)` */
export function describePlan(plan: SweepPlan, { engine, workers, expected }: Prospect): string {
  const counts = describeCounts(plan);
  if (plan.missing.length === 0) return counts;
  return `${counts}; ${describeExpected(expected)}, with ${count(workers, "worker")} (${engine})`;
}

/** One row a hypothesis; a run that two share counts in both. */
export function planTable({ requests, runs }: SweepPlan): Table {
  const rows = requests.map(({ hypothesis, title, arms, seeds }) => {
    const own = runs.filter(({ wantedBy }) => wantedBy.some((by) => by.hypothesis === hypothesis));
    const shared = own.filter(({ wantedBy }) => wantedBy.some((by) => by.hypothesis !== hypothesis));
    const there = own.filter(({ finished }) => finished);
    return [
      `${hypothesis} ${title}`,
      arms.length,
      seeds.length,
      own.length,
      there.length,
      own.length - there.length,
      shared.length,
    ];
  });
  const labels = ["hypothesis", "arms", "seeds", "runs", "there", "missing", "shared with others"];
  return { columns: labels.map((label) => ({ label, digits: 0 })), rows };
}

/** The plan as data. */
export function planJson({ scale, seeds, requests, runs, missing }: SweepPlan, prospect: Prospect) {
  return {
    scale,
    seeds,
    hypotheses: requests.map(({ hypothesis }) => hypothesis),
    counts: { runs: runs.length, there: runs.length - missing.length, missing: missing.length },
    engine: prospect.engine,
    workers: prospect.workers,
    expectedSeconds: missing.length === 0 ? 0 : Math.round(prospect.expected.seconds),
    expectedFrom: prospect.expected.measuredOn,
    missing: missing.map(({ id, seed, wantedBy, why }) => ({ id, seed, wantedBy, why })),
  };
}

const count = (number: number, thing: string) =>
  `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;
