import { renderTable } from "../tables/render.js";
import type { Table } from "../tables/table.js";
import type { Comparison } from "./comparison.js";
import type { MemoryUse } from "./memory.js";
import type { Profile } from "./profile.js";

const mebibytes = (bytes: number) => bytes / 2 ** 20;

/** Comparisons as text: one row for each work and engine, with its ratios to its peers and to the best of them. */
export function comparisonText(results: readonly Comparison[]): string {
  const rows = new Map<string, Comparison[]>();
  for (const result of results) {
    const key = `${result.work}/${result.engine}`;
    rows.set(key, [...(rows.get(key) ?? []), result]);
  }
  const problems = results.flatMap(({ work, problem }) =>
    problem === undefined ? [] : [`${work}: ${problem}`],
  );
  const peers = [...new Set(results.flatMap(({ peer }) => peer ?? []))];
  const table: Table = {
    columns: [
      { label: "Work" },
      { label: "Engine" },
      { label: "Workers" },
      { label: "Step", unit: "ms", digits: 1 },
      { label: "Images/s", digits: 0 },
      { label: "Of sgemm", unit: "%", digits: 0 },
      ...peers.map((label) => ({ label, digits: 2 })),
      { label: "Best peer" },
      { label: "Its step", unit: "ms", digits: 1 },
      { label: "Ratio", digits: 2 },
      { label: "Rounds" },
    ],
    rows: [...rows.values()].map((group) => {
      const { work, engine, workers, msPerStep, imagesPerSecond, shareOfSgemm } = group[0]!;
      const best = bestPeer(group);
      return [
        ...[work, engine, workers, msPerStep, imagesPerSecond],
        shareOfSgemm === null ? null : 100 * shareOfSgemm,
        ...peers.map((peer) => group.find((result) => result.peer === peer)?.ratio ?? null),
        ...[best?.peer ?? null, best?.peerMsPerStep ?? null, best?.ratio ?? null],
        best?.spread ? best.spread.map((ratio) => ratio.toFixed(2)).join(" to ") : null,
      ];
    }),
    note: [
      "Under a peer: our images per second over its, median of interleaved rounds; under Ratio, over the best peer's. Of",
      "sgemm: arithmetic of the steps as the definition of a convolution has it (2 operations for a multiply-accumulate of",
      "convolutions and dense layers, 3 forward passes' worth for a training step) over the best rate of 1024x1024 matrix",
      "products that PyTorch or the engine reached with as many workers and threads in the same rounds; kernels that",
      "multiply less can be above 100.",
      ...problems,
    ].join("\n"),
  };
  return renderTable(table, "text");
}

/** The peer that an engine is least ahead of. */
function bestPeer(group: readonly Comparison[]): Comparison | undefined {
  const timed = group.filter(({ ratio }) => ratio !== null);
  return timed.length === 0
    ? undefined
    : timed.reduce((best, next) => (next.ratio! < best.ratio! ? next : best));
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
