import type { Command } from "commander";
import { allArms, type Hypothesis } from "../hypotheses/hypothesis.js";
import { runId } from "../runs/config.js";
import { describeAge, describeArm, describeDataset } from "../runs/describe.js";
import { eachListedRun, type ListedRun } from "../runs/listed.js";
import { RunIndex } from "../runs/run-index.js";
import { scales } from "../study/arm.js";
import { oneOf } from "../suggest.js";
import type { Cell, Table } from "../tables/table.js";
import { shownPath } from "./shown-path.js";

interface RunsOptions {
  hypothesis?: string;
  dataset?: string;
  json?: boolean;
}

interface Row extends ListedRun {
  /** As its hypothesis labels it, else from the configuration. */
  arm: string;
}

export function register(program: Command): void {
  program
    .command("runs")
    .description("list the finished runs")
    .option("--hypothesis <id>", "only its arms, e.g. h01")
    .option("--dataset <name>", "only these images, e.g. cifar10")
    .option("--json", "print the list as JSON")
    .action(list);
}

async function list({ hypothesis, dataset, json }: RunsOptions): Promise<void> {
  const wanted =
    hypothesis === undefined
      ? undefined
      : (await import("../hypotheses/index.js")).findHypothesis(hypothesis);
  const labels = wanted && labelsOf(wanted, new RunIndex().datasets());
  const problems: string[] = [];
  const datasets = new Set<string>();
  const rows: Row[] = [];
  for (const run of eachListedRun({ onProblem: (line) => problems.push(line) })) {
    const { id, config, dataset: images } = run.record;
    datasets.add(images.name);
    if (dataset !== undefined && images.name !== dataset) continue;
    if (labels && !labels.has(id)) continue;
    rows.push({ ...run, arm: labels?.get(id) ?? describeArm(config) });
  }
  if (dataset !== undefined && datasets.size > 0) oneOf("dataset", dataset, [...datasets]);
  const key = ({ record: { dataset, id } }: Row) => `${dataset.name}/${dataset.source}/${id}`;
  rows.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.record.seed - b.record.seed));

  if (json) process.stdout.write(`${JSON.stringify(rows.map(toJson), null, 2)}\n`);
  else if (rows.length === 0)
    process.stdout.write("No finished runs here yet. npm start trains the first.\n");
  else {
    const { renderTable } = await import("../tables/render.js");
    process.stdout.write(`${renderTable(toTable(rows), "text")}\n`);
  }
  for (const problem of problems) process.stderr.write(`note ${problem}\n`);
}

/** Arm labels of a hypothesis by run id, at every scale and for every dataset that has runs. */
export function labelsOf(
  hypothesis: Hypothesis,
  datasets: readonly { name: string; source: string }[],
): Map<string, string> {
  const options = scales.flatMap((scale) => [undefined, ...datasets].map((dataset) => ({ scale, dataset })));
  const arms = options.flatMap((option) => allArms(hypothesis, option));
  return new Map(arms.map(({ label, config }) => [runId(config), label]));
}

function toTable(rows: Row[]): Table {
  const percent = (share: number) => Number((100 * share).toFixed(1));
  const cells = rows.map(({ record, arm }): Cell[] => {
    const { id, seed, final, status, timing, config } = record;
    return [
      `${id}/${seed}`,
      describeDataset(config),
      arm,
      percent(final.deadByScale),
      percent(final.deadByActivation),
      status === "diverged" ? "diverged" : percent(final.testError),
      describeAge(timing.startedAt),
    ];
  });
  return {
    columns: [
      { label: "run" },
      { label: "dataset" },
      { label: "arm" },
      { label: "dead by scale", unit: "%", digits: 1 },
      { label: "by activation", unit: "%", digits: 1 },
      { label: "test error", unit: "%", digits: 1 },
      { label: "age" },
    ],
    rows: cells,
  };
}

function toJson({ record, arm, place, folder }: Row) {
  const { id, seed, status, config, dataset, environment, final, timing } = record;
  return {
    id,
    seed,
    arm,
    status,
    place,
    folder: shownPath(folder),
    dataset: { name: dataset.name, source: dataset.source, checksum: dataset.checksum },
    config,
    engine: environment.engine,
    deadByScale: final.deadByScale,
    deadByActivation: final.deadByActivation,
    testError: final.testError,
    startedAt: timing.startedAt,
    seconds: timing.seconds,
  };
}
