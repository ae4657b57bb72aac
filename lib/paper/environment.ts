import { describeDuration } from "../runs/describe.js";
import type { RunRecord } from "../runs/record.js";
import type { Table } from "../tables/table.js";

/** What trained the runs, from their records alone: a row for each fact that differs. */
export function environmentTable(records: readonly RunRecord[]): Table {
  const count = (part: (record: RunRecord) => string) => {
    const runs = new Map<string, number>();
    for (const record of records) runs.set(part(record), (runs.get(part(record)) ?? 0) + 1);
    return [...runs].sort(([, a], [, b]) => b - a);
  };
  const facts: [string, (record: RunRecord) => string][] = [
    [
      "Dataset",
      ({ dataset }) => `${dataset.name} (${dataset.source}), SHA-256 ${dataset.checksum.slice(0, 16)}…`,
    ],
    ["Engine", ({ environment }) => `${environment.engine}: ${environment.engineVersion}`],
    ["Kernels", ({ environment }) => environment.kernels ?? "not told"],
    ["TensorFlow.js", ({ environment }) => environment.tfjs],
    ["Node", ({ environment }) => environment.node],
    ["Machine", ({ environment }) => environment.machine],
  ];
  return {
    columns: [{ label: "What" }, { label: "As recorded" }, { label: "Runs" }],
    rows: facts.flatMap(([name, part]) => count(part).map(([value, runs]) => [name, value, runs])),
  };
}

/** "94 runs, 6 h 12 min of computing, from 2026-11-20 to 2026-11-23." */
export function computingSentence(records: readonly RunRecord[]): string {
  if (records.length === 0) return "No run is shown.";
  const days = records.map(({ timing }) => timing.startedAt.slice(0, 10)).sort();
  const seconds = records.reduce((sum, { timing }) => sum + timing.seconds, 0);
  const when = days[0] === days.at(-1) ? `on ${days[0]}` : `from ${days[0]} to ${days.at(-1)}`;
  return `${records.length} runs are shown, which took ${describeDuration(seconds)} of computing ${when}.`;
}
