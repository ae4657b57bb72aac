import type { HarvestReport } from "../harvest/harvest-run.js";
import type { Latency } from "../harvest/latency.js";
import type { Table } from "./table.js";

/** Filters left in each layer, and cost. */
export function layersTable({ variants }: HarvestReport): Table {
  const [first] = variants;
  const cut = variants.slice(1);
  return {
    columns: [
      { label: "layer" },
      { label: "filters", digits: 0 },
      ...cut.map(({ name }) => ({ label: name, digits: 0 })),
    ],
    rows: [
      ...first!.layers.map(({ name, total }, layer) => [
        name,
        total,
        ...cut.map(({ layers }) => layers[layer]!.remaining),
      ]),
      ["all filters", ...variants.map(({ cost }) => cost.filters)],
      ["parameters", ...variants.map(({ cost }) => cost.parameters)],
      ["multiply-accumulates", ...variants.map(({ cost }) => cost.macs)],
    ],
    note: "Of the networks as they are saved and timed: batch normalization fused.",
  };
}

/** How far each network's logits are from the unpruned one's, both without batch normalization. */
export const deviationTable = ({ variants }: HarvestReport): Table => ({
  columns: [
    { label: "network" },
    { label: "largest difference" },
    { label: "root mean square" },
    { label: "other class", unit: "% of images", digits: 2 },
    { label: "test error", unit: "%", digits: 2 },
  ],
  rows: variants.map(({ name, deviation: { largest, rootMeanSquare, changed, errors } }) => [
    name,
    largest.toExponential(1),
    rootMeanSquare.toExponential(1),
    100 * changed,
    100 * errors[1],
  ]),
  note: "Logits over all test images, batch normalization fused, against the network as it was trained; differences over the root mean square of its logits.",
});

/** Latencies beside multiply-accumulates. */
export const latencyTable = (latencies: readonly Latency[]): Table => ({
  columns: [
    { label: "engine" },
    { label: "batch", digits: 0 },
    { label: "network" },
    { label: "median", unit: "ms", digits: 3 },
    { label: "quartiles", unit: "ms" },
    { label: "speed-up", digits: 2 },
    { label: "its quartiles" },
    { label: "MACs saved", unit: "x", digits: 2 },
    { label: "speed-up / saved", digits: 2 },
  ],
  rows: latencies.map(({ engine, batch, variant, milliseconds, speedup, macReduction, yield: gain }) => [
    ...[engine, batch, variant, milliseconds.median],
    `${milliseconds.low.toFixed(3)} to ${milliseconds.high.toFixed(3)}`,
    speedup.median,
    `${speedup.low.toFixed(2)} to ${speedup.high.toFixed(2)}`,
    ...[macReduction, gain],
  ]),
  note: "From images on the engine to logits, in turns with the unpruned network, both without batch normalization.",
});
