import { describeArm } from "../runs/describe.js";
import type { Run } from "../runs/record.js";
import { meanEstimate } from "../statistics.js";
import type { Cell, Column, Estimate, Table } from "../tables/table.js";
import { type Crosscheck, resultOf } from "./kept.js";

/** One implementation's seeds of one configuration; shares of 1, per layer. */
interface Side {
  testError: number[];
  deadByActivation: number[][];
  deadByScale: number[][];
}

const sideOf = (seeds: Crosscheck["seeds"]): Side => ({
  testError: seeds.map(({ testError }) => testError),
  deadByActivation: seeds.map((one) => one.deadByActivation),
  deadByScale: seeds.map((one) => one.deadByScale),
});
const recordSide = (runs: readonly Run[]): Side => sideOf(runs.map(resultOf));
const peerSide = ({ seeds }: Crosscheck): Side => sideOf(seeds);

/** Mean over seeds with half the 95 % interval, %. */
const estimate = (values: readonly number[]): Estimate => meanEstimate(values.map((value) => 100 * value));

/** The share over all filters, of shares per layer. */
const total = (shares: readonly number[], widths: readonly number[]): number =>
  shares.reduce((sum, share, layer) => sum + share * widths[layer]!, 0) / widths.reduce((a, b) => a + b, 0);

const columns = ({ by }: Crosscheck): Column[] => [
  { label: "" },
  { label: "on record", unit: "%", digits: 1 },
  { label: by, unit: "%", digits: 1 },
];

/** A run's configuration in both implementations: test error, and dead shares in total and per layer. */
export function crosscheckTable(runs: readonly Run[], crosscheck: Crosscheck): Table {
  const { config, model } = runs[0]!.record;
  const widths = model.layers.map(({ filters }) => filters);
  const sides = [recordSide(runs), peerSide(crosscheck)] as const;
  const row = (label: string, of: (side: Side) => number[]): Cell[] => [
    label,
    ...sides.map((side) => estimate(of(side))),
  ];
  const measures = [
    ["dead by activation", (side: Side) => side.deadByActivation],
    ["dead by scale", (side: Side) => side.deadByScale],
  ] as const;
  return {
    title: `${describeArm(config)}, ${config.dataset.size}x${config.dataset.size} (${crosscheck.id})`,
    columns: columns(crosscheck),
    rows: [
      row("test error", ({ testError }) => testError),
      ...measures.map(([label, of]) => row(label, (side) => of(side).map((shares) => total(shares, widths)))),
      ...measures.flatMap(([label, of]) =>
        model.layers.map(({ name }, layer) =>
          row(`${name} ${label}`, (side) => of(side).map((shares) => shares[layer]!)),
        ),
      ),
    ],
    note: `Mean over ${runs.length} seeds on record and ${crosscheck.seeds.length} by ${crosscheck.by}, ± half the 95 % interval.`,
  };
}

/** Configurations that were trained twice, a row each. */
export function crosscheckSummary(
  pairs: readonly { runs: readonly Run[]; crosscheck: Crosscheck }[],
  { title, other, note }: { title: string; other: string; note: string },
): Table {
  const measures = [
    ["Test error", (side: Side) => side.testError],
    [
      "Dead by activation",
      (side: Side, widths: number[]) => side.deadByActivation.map((own) => total(own, widths)),
    ],
    ["Dead by scale", (side: Side, widths: number[]) => side.deadByScale.map((own) => total(own, widths))],
  ] as const;
  return {
    title,
    columns: [
      { label: "Run" },
      { label: "Configuration" },
      ...measures.flatMap(([label]) => [
        { label, unit: "%, on record", digits: 1 },
        { label, unit: `%, ${other}`, digits: 1 },
      ]),
    ],
    rows: pairs.map(({ runs, crosscheck }): Cell[] => {
      const { config, model, id } = runs[0]!.record;
      const widths = model.layers.map(({ filters }) => filters);
      const { size, trainImages } = config.dataset;
      const images = trainImages === undefined ? "all images" : `${trainImages.toLocaleString("en")} images`;
      return [
        id,
        `${describeArm(config)}, ${size}x${size}, ${images}`,
        ...measures.flatMap(([, of]) =>
          [recordSide(runs), peerSide(crosscheck)].map((side) => estimate(of(side, widths))),
        ),
      ];
    }),
    note: `Mean over seeds ± half the 95 % interval. ${note}`,
  };
}
