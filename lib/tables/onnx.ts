import type { ModelCost } from "../onnx/cost.js";
import { decades } from "../onnx/histograms.js";
import type { Inspection } from "../onnx/inspect.js";
import type { Difference, ModelLatency } from "../onnx/proof.js";
import type { LayerScale } from "../onnx/scales.js";
import type { LayerReport } from "../onnx/select.js";
import type { Table } from "./table.js";

/** What each layer's filters do, and how many of them can go. */
export function inspectionTable({ layers, images, uncertain }: Inspection): Table {
  const sum = (of: (layer: LayerReport) => number) => layers.reduce((total, layer) => total + of(layer), 0);
  return {
    columns: [
      { label: "layer" },
      { label: "kind" },
      { label: "filters", digits: 0 },
      { label: "inactive by scale", digits: 0 },
      { label: "inactive by activation", digits: 0 },
      { label: "constant", digits: 0 },
      { label: "can be cut", digits: 0 },
    ],
    rows: [
      ...layers.map(({ name, kind, filters, inactiveByScale, inactiveByActivation, constant, cut }) => [
        ...[name, kind, filters, inactiveByScale, inactiveByActivation, constant, cut],
      ]),
      [
        "all layers",
        "",
        sum(({ filters }) => filters),
        layers.some(({ inactiveByScale }) => inactiveByScale !== null)
          ? sum(({ inactiveByScale }) => inactiveByScale ?? 0)
          : null,
        sum(({ inactiveByActivation }) => inactiveByActivation),
        sum(({ constant }) => constant),
        sum(({ cut }) => cut),
      ],
    ],
    note: `Seen on ${images} images: a filter that did nothing on all of them does something on at most ${(100 * uncertain).toPrecision(2)} % of such images (95 % confidence).`,
  };
}

export const scaleTable = (layers: readonly LayerScale[]): Table => ({
  columns: [{ label: "layer" }, { label: "filters", digits: 0 }, { label: "inactive by scale", digits: 0 }],
  rows: layers.map(({ name, filters, inactiveByScale }) => [name, filters, inactiveByScale]),
  note: "By scale: |gamma| below 1e-3. What filters do, and what can be cut, takes images.",
});

export const savingsTable = (before: ModelCost, after: ModelCost): Table => ({
  columns: [
    { label: "" },
    { label: "before", digits: 0 },
    { label: "after", digits: 0 },
    { label: "saved", unit: "%", digits: 1 },
  ],
  rows: (
    [
      ["filters of convolutions", "filters"],
      ["parameters", "parameters"],
      ["multiply-accumulates of an image", "macs"],
    ] as const
  ).map(([name, key]) => [name, before[key], after[key], 100 * (1 - after[key] / before[key])]),
});

/** A layer a row, its filters as bars over decades. */
export function histogramTable({ layers, histograms = [] }: Inspection): Table {
  const [least, most] = [decades[0]!, decades.at(-1)!];
  return {
    columns: [{ label: "layer" }, { label: "largest activation" }, { label: "|gamma|" }],
    rows: layers.map(({ name }, index) => {
      const { activation, gamma } = histograms[index]!;
      return [name, activation && bars(activation), gamma && bars(gamma)];
    }),
    note: `Filters by decade, from 1e${least} or less on the left to above 1e${most} on the right.`,
  };
}

function bars(counts: readonly number[]): string {
  const most = Math.max(...counts);
  return counts
    .map((count) =>
      count === 0
        ? "\u00b7"
        : "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588"[Math.ceil((8 * count) / most) - 1],
    )
    .join("");
}

/** How many inactive and constant filters stay, by reason. */
export function keptLines(layers: readonly LayerReport[]): string[] {
  const counts = new Map<string, number>();
  for (const { kept } of layers)
    for (const [reason, count] of Object.entries(kept)) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(
      ([reason, count]) =>
        `${count} inactive or constant ${count === 1 ? "filter stays" : "filters stay"}: ${reason}`,
    );
}

export const proofTable = (
  proof: Readonly<Partial<Record<"chosenOn" | "heldOut" | "betaDropped", Difference>>>,
): Table => ({
  columns: [
    { label: "images" },
    { label: "how many", digits: 0 },
    { label: "largest difference" },
    { label: "mean difference" },
    { label: "classified otherwise", digits: 0 },
  ],
  rows: (
    [
      ["that filters were chosen on", proof.chosenOn],
      ["held out", proof.heldOut],
      ["all, had beta been dropped", proof.betaDropped],
    ] as const
  ).flatMap(([name, one]) =>
    one
      ? [[name, one.images, one.largest.toExponential(1), one.mean.toExponential(1), one.classifiedOtherwise]]
      : [],
  ),
  note: "Outputs of the cut model against the original's, over the root mean square of the original's.",
});

export const modelLatencyTable = (latencies: readonly ModelLatency[], macReduction: number): Table => ({
  columns: [
    { label: "threads" },
    { label: "batch", digits: 0 },
    { label: "original", unit: "ms", digits: 3 },
    { label: "cut", unit: "ms", digits: 3 },
    { label: "speed-up", digits: 2 },
    { label: "its quartiles" },
    { label: "MACs saved", unit: "x", digits: 2 },
  ],
  rows: latencies.map(({ threads, batch, original, cut, speedup }) => [
    ...[threads === 0 ? "all" : threads, batch, original.median, cut.median, speedup.median],
    `${speedup.low.toFixed(2)} to ${speedup.high.toFixed(2)}`,
    macReduction,
  ]),
  note: "Medians, in turns. Multiply-accumulates are not time: what is small already, or of an odd width, gains less.",
});
