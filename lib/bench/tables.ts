import { renderTable } from "../tables/render.js";
import type { Table } from "../tables/table.js";
import type { Comparison } from "./comparison.js";
import type { MemoryUse } from "./memory.js";
import type { Profile } from "./profile.js";

const mebibytes = (bytes: number) => bytes / 2 ** 20;

/** Comparisons as text: one row for each work and engine, its peers side by side. */
export function comparisonText(results: readonly Comparison[]): string {
  const rows = new Map<string, Comparison[]>();
  for (const result of results) {
    const key = `${result.work}/${result.engine}`;
    rows.set(key, [...(rows.get(key) ?? []), result]);
  }
  const problems = results.flatMap(({ work, problem }) =>
    problem === undefined ? [] : [`${work}: ${problem}`],
  );
  const table: Table = {
    columns: [
      { label: "Work" },
      { label: "Engine" },
      { label: "Workers" },
      { label: "Step", unit: "ms", digits: 1 },
      { label: "Images/s", digits: 0 },
      { label: "Of sgemm", unit: "%", digits: 0 },
      { label: "PyTorch step", unit: "ms", digits: 1 },
      { label: "Ratio", digits: 2 },
      { label: "Rounds" },
      { label: "Ratio to tfjs layers", digits: 2 },
    ],
    rows: [...rows.values()].map((group) => {
      const { work, engine, workers, msPerStep, imagesPerSecond, shareOfSgemm } = group[0]!;
      const torch = group.find(({ peer }) => peer?.startsWith("PyTorch"));
      const layers = group.find(({ peer }) => peer === "tfjs layers");
      return [
        work,
        engine,
        workers,
        msPerStep,
        imagesPerSecond,
        shareOfSgemm === null ? null : 100 * shareOfSgemm,
        torch?.peerMsPerStep ?? null,
        torch?.ratio ?? null,
        torch?.spread ? torch.spread.map((ratio) => ratio.toFixed(2)).join(" to ") : null,
        layers?.ratio ?? null,
      ];
    }),
    note: [
      "Ratio: our images per second over the peer's, median of interleaved rounds. Of sgemm: arithmetic of the steps",
      "(2 operations for a multiply-accumulate of convolutions and dense layers, 3 forward passes' worth for a training",
      "step) over the best rate of 1024x1024 matrix products that PyTorch or the engine reached with as many workers and",
      "threads in the same rounds.",
      ...problems,
    ].join("\n"),
  };
  return renderTable(table, "text");
}

export function profileText({ work, engine, msPerStep, operations, otherMs, outsideMs }: Profile): string {
  const share = (ms: number) => (100 * ms) / msPerStep;
  return renderTable(
    {
      title: `${work}, ${engine}: ${msPerStep.toFixed(1)} ms a step while profiled`,
      columns: [
        { label: "Operation" },
        { label: "Calls" },
        { label: "Time", unit: "ms", digits: 2 },
        { label: "Share", unit: "%", digits: 1 },
      ],
      rows: [
        ...operations.map(({ op, calls, ms }) => [op, calls, ms, share(ms)]),
        ["all others", null, otherMs, share(otherMs)],
        ["outside operations", null, outsideMs, share(outsideMs)],
      ],
    },
    "text",
  );
}

export function memoryText(results: readonly MemoryUse[]): string {
  return renderTable(
    {
      columns: [
        { label: "Work" },
        { label: "Engine" },
        { label: "Steps" },
        { label: "Resident", unit: "MiB" },
        { label: "Growth", unit: "%", digits: 1 },
        { label: "Peak", unit: "MiB", digits: 0 },
        { label: "Tensors" },
      ],
      rows: results.map(({ work, engine, steps, residentBytes, growth, peakBytes, tensors }) => [
        work,
        engine,
        steps.join(" to "),
        residentBytes.map((bytes) => mebibytes(bytes).toFixed(0)).join(" to "),
        100 * (growth - 1),
        mebibytes(peakBytes),
        tensors.join(" to "),
      ]),
    },
    "text",
  );
}
