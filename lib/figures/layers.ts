import type { Run } from "../runs/record.js";
import type { ArmRuns } from "../study/arm.js";
import { allRuns, completedRuns, number, requireRuns } from "../study/describe.js";
import { layerRows, runRows } from "../study/run-rows.js";
import { survivorSelectivity } from "../study/selectivity.js";
import { penaltySeries } from "../study/series.js";
import { chart } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { optimizerLook, strength, strengthLabels, strengthLook, whyEmpty } from "./looks.js";
import { band, cells, type Mark, rule } from "./marks/index.js";
import { deadShareScale } from "./palette.js";
import { categories, layers, linear, log, names } from "./scales.js";

export interface LayerLinesOptions {
  title: string;
  /** How to read a value; stands behind what lines and bands are. */
  reading: string;
  /** Title of the axis of values, with its unit. */
  axisTitle: string;
  /** One value for each layer; null where there is none. */
  values(run: Run): (number | null)[];
  /** For values over several orders of magnitude, all positive. Default false. */
  log?: boolean;
  /** Decimals in the hover. Default 1. */
  digits?: number;
}

/** Names of the layers of the deepest network. */
function deepest(arms: readonly ArmRuns[]): string[] {
  const all = allRuns([...arms]).map(({ record }) => record.model.layers);
  return all
    .reduce((longest, own) => (own.length > longest.length ? own : longest), [])
    .map(({ name }) => name);
}

/**
 * A value of each layer, input to output: a panel per optimizer and form of its penalty, a line per strength in a band over
 * the seeds, labeled at its end.
 */
export function layerLines(arms: ArmRuns[], options: LayerLinesOptions): PlotlyFigure {
  const { title, reading, axisTitle, values, digits = 1 } = options;
  requireRuns(arms, `the figure "${title}"`);
  const panels = penaltySeries(arms);
  return chart({
    title,
    reading: `Line: mean of the seeds; band: lowest to highest. ${reading}`,
    about: arms,
    rows: panels.flatMap(({ name: panel, arms: own }) => {
      const lambdas = own.map(({ arm }) => arm.lambda);
      return runRows(own, (run) => ({ values: values(run) })).flatMap((row) =>
        row.values.map((value, depth) => ({
          ...{ panel, series: strength(row), depth, value, seed: row.seed, divergedAt: row.divergedAt },
          look: { ...strengthLook(row.lambda, lambdas, optimizerLook(panel)), size: 7 },
        })),
      );
    }),
    panels: { of: "panel", names: panels.map(({ name }) => name), columns: panels.length },
    x: { of: "depth", scale: layers(deepest(arms), { pad: [0.3, 0.3] }), title: "Layer, input to output" },
    y: { of: "value", scale: options.log ? log() : roundedFromZero, title: axisTitle, unit: " %", digits },
    series: { of: "series", look: (_name, { row }) => row.look },
    marks: [band({ marked: true, labels: { ...strengthLabels, merged: false } })],
    legend: false,
  });
}

const roundedFromZero = (values: readonly unknown[]) => {
  const most = Math.max(0, ...(values as number[]).filter(Number.isFinite));
  return linear({ from: 0, to: Math.min(100, Math.max(10, 10 * Math.ceil((most * 1.08) / 10))) })(values);
};

/**
 * Mean selectivity of each layer's surviving filters at the end of training, drawn as `layerLines`. Dead filters are left
 * out, since their selectivity is 1 whatever they once answered to.
 */
export const selectivityByLayer = (arms: ArmRuns[]): PlotlyFigure =>
  layerLines(arms, {
    title: "How selective surviving filters are, by layer, optimizer and penalty strength",
    reading:
      "Selectivity: share of training images that a filter does not answer to (higher: answers to fewer), mean over the filters still active; layers without any have no point.",
    axisTitle: "Mean selectivity (%)",
    values: survivorSelectivity,
  });

export interface SurvivorsByLayerOptions {
  /** A network's name above its panel: "464 filters". */
  name: (item: ArmRuns) => string;
}

const roundCounts = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** How many filters of each layer are active at the end, a panel per network, beside how many there were. */
export function survivorsByLayer(arms: ArmRuns[], { name }: SurvivorsByLayerOptions): PlotlyFigure {
  requireRuns(arms, "the figure of surviving filters by layer");
  const trained = arms.filter((item) => completedRuns(item).length > 0);
  const looks = {
    "all filters of the layer": { color: "#8C8C8C", dash: "2px,3px" },
    "those that survive": optimizerLook(trained[0]?.arm.optimizer ?? "Adam"),
  };
  const [all, alive] = Object.keys(looks) as [keyof typeof looks, keyof typeof looks];
  const rows = trained.flatMap((item) =>
    layerRows([{ arm: item.arm, runs: completedRuns(item) }]).flatMap((row) => [
      { ...row, panel: name(item), series: all, count: row.filters },
      // A layer without survivors has no logarithm.
      {
        ...{ ...row, panel: name(item), series: alive },
        count: Math.max(1, row.filters * (1 - row.deadByActivation / 100)),
      },
    ]),
  );
  return chart({
    title: "How many filters survive in each layer, by size of the network",
    reading:
      "A panel per network, by its filters. Line: mean of the seeds; band: lowest to highest; between the lines: dead, active for no training image.",
    about: arms,
    rows,
    panels: { of: "panel", columns: Math.min(4, trained.length) },
    x: { of: "depth", scale: layers(deepest(trained)), title: "Layer, input to output" },
    y: {
      of: "count",
      scale: log({ ticks: roundCounts, text: number.format, pad: 0.1 }),
      title: "Filters of the layer (log scale)",
    },
    series: { of: "series", look: (series) => looks[series as keyof typeof looks] },
    marks: [band({ marked: true })],
    legend: true,
    height: 260,
  });
}

export interface ByLayerOptions {
  measure?: "scale" | "activation";
}

/**
 * Heat map of the share of dead filters: a row per arm, a column per layer in order of depth, and one for all
 * layers. Each cell gives the mean of the seeds and, below it, the lowest and highest where they differ.
 */
export function deadShareByLayer(arms: ArmRuns[], { measure = "scale" }: ByLayerOptions = {}): PlotlyFigure {
  requireRuns(arms, "the heat map of dead share by layer");
  const dead = measure === "scale" ? "deadByScale" : "deadByActivation";
  const definition =
    measure === "scale" ? "by scale (|γ| < 10<sup>−3</sup>)" : "by activation (maximum < 10<sup>−12</sup>)";
  const own = deepest(arms);
  const all = own.length;
  const counts = own.map(
    (_, depth) => new Set(allRuns(arms).flatMap(({ record }) => record.model.layers[depth]?.filters ?? [])),
  );
  const columns = [
    ...own.map((name, i) => (counts[i]!.size === 1 ? `${name}<br>${[...counts[i]!]} filters` : name)),
    "All",
  ];
  const empty = arms.filter((item) => completedRuns(item).length === 0);
  const cell = (
    { arm, seed, divergedAt }: { arm: string; seed: number; divergedAt: number | null },
    depth: number,
    value: number | null,
  ) => ({ arm, seed, divergedAt, depth, value });
  const rows = [
    ...layerRows(arms).map((row) => cell(row, row.depth, row[dead])),
    ...runRows(arms).map((row) => cell(row, all, row[dead])),
    ...empty.map(({ arm }) => cell({ arm: arm.label, seed: 0, divergedAt: null }, 0, null)),
  ];
  const labels = arms.map(({ arm }) => arm.label);
  return chart({
    title: `Where filters die: share dead ${definition} by layer and arm`,
    reading: "Cell: mean of the seeds, their lowest–highest where they differ; darker: more filters dead.",
    about: arms,
    rows,
    x: {
      of: "depth",
      scale: categories(columns, { showline: false, ticks: "" }),
      title: "Layer, input to output",
    },
    y: { of: "arm", scale: names(labels, { showgrid: false, showline: false }), title: "" },
    marks: [
      cells<(typeof rows)[number]>({
        value: ({ value }) => value ?? Number.NaN,
        range: [0, 100],
        colors: deadShareScale,
        title: "Dead (%)",
        // A contrast of at least 4 to 1.
        ink: (percent) => (percent > 65 ? "#FFFFFF" : "#1A1A1A"),
      }),
      rule({ x: all - 0.5 }, { front: true }),
      ...empty.map((item) => note(whyEmpty(item), all / 2, labels.indexOf(item.arm.label))),
    ],
    legend: false,
    height: (arms.length > 12 ? 34 : 40) * arms.length,
  });
}

/** A text at a place of the axes. */
const note = (text: string, x: number, y: number): Mark<object> => ({
  draw: () => ({ annotations: [{ text, xref: "x", yref: "y", x, y, showarrow: false }] }),
});
