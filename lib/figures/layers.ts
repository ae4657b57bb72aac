import type { Run } from "../runs/record.js";
import type { ArmRuns } from "../study/arm.js";
import { allRuns, completedRuns, number, requireRuns } from "../study/describe.js";
import { layerRows, runRows } from "../study/run-rows.js";
import { survivorSelectivity } from "../study/selectivity.js";
import { penaltySeries } from "../study/series.js";
import { chart } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { optimizerLook, rankedLook, strength, strengthLabels, strengthLook, whyEmpty } from "./looks.js";
import { band, cells, dot, type Mark, rule } from "./marks/index.js";
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
      "Selectivity: share of training images that a filter does not answer to, mean over the filters still active; layers without any have no point.",
    axisTitle: "Mean selectivity (%); higher: answers to fewer",
    values: survivorSelectivity,
  });

export interface SurvivorsByLayerOptions {
  /** A curve's name at its end: "width 1/4". */
  name: (item: ArmRuns) => string;
}

const roundCounts = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** How many filters of each layer are active at the end, a line per network; thin dotted lines: how many there were. */
export function survivorsByLayer(arms: ArmRuns[], { name }: SurvivorsByLayerOptions): PlotlyFigure {
  requireRuns(arms, "the figure of surviving filters by layer");
  const trained = arms.filter((item) => completedRuns(item).length > 0);
  const rows = trained.flatMap((item, rank) =>
    layerRows([{ arm: item.arm, runs: completedRuns(item) }]).map((row) => ({
      ...row,
      series: name(item),
      look: rankedLook(item.arm.optimizer, { rank, count: trained.length }),
      // A layer without survivors has no logarithm.
      alive: Math.max(1, row.filters * (1 - row.deadByActivation / 100)),
    })),
  );
  return chart({
    title: "How many filters survive in each layer, by size of the network",
    reading:
      "Line: mean of the seeds; band: lowest to highest; thin dotted line of the same color: all filters of the layer. Surviving: active for some training image.",
    about: arms,
    rows,
    x: { of: "depth", scale: layers(deepest(trained), { pad: [0.2, 0] }), title: "Layer, input to output" },
    y: {
      of: "alive",
      scale: log({
        ticks: roundCounts,
        text: number.format,
        pad: 0.1,
        holds: rows.map(({ filters }) => filters),
      }),
      title: "Surviving filters (log scale)",
    },
    series: { of: "series", look: (_name, { row }) => row.look },
    marks: [allFilters, band({ labels: {} })],
    legend: false,
    height: 380,
  });
}

/** The numbers of filters that there were, as a thin dotted line. */
const allFilters: Mark<object> = {
  draw: (series, panel) =>
    dot<{ seed: number; filters: number }>({
      joined: () => "",
      marked: false,
      text: () => "all filters",
      hover: "%{y} filters",
    }).draw(
      series.map((own) => {
        const rows = own.rows as { seed: number; filters: number }[];
        const look = { ...own.look, dash: "1px,3px", width: 1.2 };
        return {
          ...own,
          name: `${own.name}, all filters`,
          look,
          rows: rows.filter(({ seed }) => seed === rows[0]!.seed),
        };
      }),
      { ...panel, y: { ...panel.y, of: ({ filters }: { filters: number }) => filters } } as never,
    ),
};

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
    reading: "Cell: mean of the seeds, their lowest–highest where they differ; darker: sparser.",
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
