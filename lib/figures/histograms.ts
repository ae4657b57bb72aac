import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { Arm, ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, number, requireRuns } from "../study/describe.js";
import { penaltySeries } from "../study/series.js";
import { chart, entry } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { optimizerLook, strength } from "./looks.js";
import { band, bars, label, rule } from "./marks/index.js";
import { stateColors } from "./palette.js";
import { fixed } from "./scales.js";

/** log10 of |gamma|: the first bin also holds everything below it, exact zeros included. */
const binStart = -7;
const binWidth = 0.25;
const binCount = 32;
const threshold = -3;

export interface GammaHistogramsOptions {
  /** What sets the rows apart, where it is not the optimizer: "GroupNorm". */
  row?: (arm: Arm) => string;
}

/**
 * Histograms of log10 |gamma| at the last probe: a row per optimizer, its penalty strengths from left to right, the share of
 * all filters in each bin (mean of the seeds, with a bar from the lowest to the highest seed).
 */
export function gammaHistograms(arms: ArmRuns[], { row: by }: GammaHistogramsOptions = {}): PlotlyFigure {
  requireRuns(arms, "the histograms of |gamma|");
  const panels = new Map(
    penaltySeries(arms, by).flatMap(({ name, arms: own }, row) =>
      own.map((item, column) => [`${name}, ${strength(item.arm)}` as string, { item, row, column }] as const),
    ),
  );
  const rows = [...panels].flatMap(([panel, { item }]) =>
    completedRuns(item).flatMap((run) =>
      gammaHistogram(run).map((share, bin) => ({
        panel,
        seed: run.record.seed,
        at: binStart + binWidth * (bin + 0.5),
        share,
      })),
    ),
  );
  const most = Math.max(5, ...rows.map(({ share }) => share));
  const inPanelOf = (name: string) => panels.get(name)!;
  const lines = Math.max(...[...panels.values()].map(({ row }) => row)) + 1;
  return chart({
    title: `How large the scales |γ| are after training, by penalty strength and ${by ? "arm" : "optimizer"}`,
    reading: "Bars: mean of the seeds; thin lines: lowest to highest seed.",
    about: arms,
    rows,
    panels: {
      of: "panel",
      names: [...panels.keys()],
      empty: () => "",
      at: (name) => [inPanelOf(name).row, inPanelOf(name).column],
      title: (name) =>
        (inPanelOf(name).column === 0 ? name : strength(inPanelOf(name).item.arm)).replace(
          "λ = ",
          "λ\u00a0=\u00a0",
        ),
    },
    x: {
      of: "at",
      scale: fixed(
        {
          range: [binStart, binStart + binWidth * binCount],
          ...{
            tickvals: [-6, -3, 0],
            ticktext: ["10<sup>−6</sup>", "10<sup>−3</sup>", "1"],
            showgrid: false,
          },
        },
        { tell: (at) => `log10 |γ| about ${(at as number).toFixed(1)}` },
      ),
      title: "|γ| at the last probe (log scale; the first bin holds everything up to 10<sup>−7</sup>)",
    },
    y: {
      of: "share",
      scale: fixed({ range: [0, most * 1.12], nticks: 5 }),
      title: "Filters (%)",
      unit: " % of filters",
    },
    marks: [
      rule({ x: threshold }, { width: 1, dash: "dot", front: true }),
      bars({
        width: binWidth,
        color: (at) => (at < threshold ? stateColors.deadByScale : stateColors.alive),
      }),
      label(({ name }) => deadText(inPanelOf(name).item), {
        x: 0.045,
        y: 0.97,
        align: "left",
        bgcolor: "#FFFFFF",
      }),
    ],
    legend: true,
    entries: [
      entry("alive (|γ| ≥ 10<sup>−3</sup>)", { color: stateColors.alive, symbol: "square", size: 12 }, 0),
      entry(
        "dead by scale (|γ| < 10<sup>−3</sup>, dotted line)",
        { color: stateColors.deadByScale, symbol: "square", size: 12 },
        0,
      ),
    ],
    itemWidth: 30,
    height: lines === 1 ? 190 : 130,
  });
}

/** Share of all filters (%) in each bin of log10 |gamma| at a run's last probe. */
export function gammaHistogram({ filters, record }: Run): number[] {
  const last = record.probes.steps.at(-1);
  const counts = new Array<number>(binCount).fill(0);
  let total = 0;
  for (let row = 0; row < filters.step.length; row++) {
    if (filters.step[row] !== last) continue;
    const place = Math.floor((Math.log10(Math.abs(filters.gamma[row]!)) - binStart) / binWidth);
    counts[Math.min(binCount - 1, Math.max(0, place))]! += 1;
    total++;
  }
  return counts.map((count) => (total === 0 ? 0 : (100 * count) / total));
}

function deadText(item: ArmRuns): string {
  const runs = completedRuns(item);
  if (runs.length === 0) return item.runs.length === 0 ? "not<br>trained" : "diverged";
  const percent = 100 * mean(runs.map(({ record }) => record.final.deadByScale));
  return `${percent.toFixed(percent > 0 && percent < 10 ? 1 : 0)} %<br>dead`;
}

export interface UniversalityOptions {
  /** When, as shares of all steps; the next probe is taken. Default: 2, 10, 50 and 100 %. */
  times?: readonly number[];
}

const tenths = 10;

/**
 * Histograms of universality (1 - selectivity: the share of training images that a filter answers to): a row per
 * layer in which filters differ, a column per time, an outline per optimizer (the mean of the seeds in a band from lowest
 * to highest). Expects one arm per optimizer.
 */
export function universalityHistograms(
  arms: ArmRuns[],
  { times = [0.02, 0.1, 0.5, 1] }: UniversalityOptions = {},
): PlotlyFigure {
  requireRuns(arms, "the histograms of universality");
  const series = arms
    .filter((item) => completedRuns(item).length > 0)
    .map((item) => ({ runs: completedRuns(item), name: penaltySeries([item])[0]!.name }));
  const [first] = series.flatMap(({ runs }) => runs);
  const all = first?.record.model.layers ?? [];
  const probes = times.map((time) => probeAt(first, time));
  const isBusy = (layer: number) =>
    series.some(({ runs }) =>
      probes.some(
        (probe) => mean(runs.map((run) => universalityHistogram(run, { layer, probe }).at(-1)!)) < 95,
      ),
    );
  const busy = [...all.keys()].filter(isBusy);
  const layers = busy.length > 0 ? busy : [...all.keys()];
  const quiet = all.filter((_, layer) => !layers.includes(layer));
  const rows = layers.flatMap((layer) =>
    probes.flatMap((probe, column) =>
      series.flatMap(({ runs, name }) =>
        runs.flatMap((run) =>
          universalityHistogram(run, { layer, probe }).map((share, bin) => ({
            ...{ panel: `${layer}/${column}`, series: name, seed: run.record.seed },
            ...{ at: bin / tenths, share },
          })),
        ),
      ),
    ),
  );
  const place = (panel: string) => panel.split("/").map(Number) as [layer: number, column: number];
  return chart({
    title: "How many images filters answer to: universality by layer and time",
    reading: [
      `${describeSeeds(arms)}. Outline: mean of the seeds; band: lowest to highest. Universality: share of training images that a filter answers to. Right: answers to all; left: selective; dead filters at 0.`,
      ...(quiet.length > 0
        ? [
            `Left out: ${quiet.map(({ name }) => name).join(", ")}, where at every time shown at least 95 % of the filters answer to over 90 % of the images.`,
          ]
        : []),
      describeData(arms),
    ],
    rows,
    panels: {
      of: "panel",
      ...(rows.length === 0 && { names: ["0/0"] }),
      empty: () => "all runs diverged",
      at: (panel) => [Math.max(0, layers.indexOf(place(panel)[0])), place(panel)[1]],
      title(panel) {
        const [layer, column] = place(panel);
        const step = first?.record.probes.steps[probes[column]!] ?? 0;
        return layer === (layers[0] ?? 0) ? `Step ${number.format(step)}` : "";
      },
    },
    x: {
      of: "at",
      scale: fixed(
        { range: [0, 1], tickvals: [0.25, 0.5, 0.75], ticktext: ["25", "50", "75"], showgrid: false },
        {
          tell: (at) => `universality from ${(at as number).toFixed(1)}`,
        },
      ),
      title: "Universality (% of images)",
    },
    y: {
      of: "share",
      // A 0 would meet the 100 of the row below.
      scale: fixed({ range: [0, 103], tickvals: [0, 50, 100], ticktext: ["", "50", "100"] }),
      title: (panel) => `<b>${all[place(panel)[0]]?.name ?? ""}</b><br>filters (%)`,
      unit: " % of the layer's filters",
      digits: 0,
    },
    series: { of: "series", look: optimizerLook, names: series.map(({ name }) => name) },
    marks: [band({ stair: 1 / tenths, legend: true })],
    legend: true,
    height: layers.length > 1 ? 82 : 140,
  });
}

function probeAt(run: Run | undefined, time: number): number {
  if (!run) return 0;
  const { steps } = run.record.probes;
  const found = steps.findIndex((step) => step >= time * run.record.config.steps);
  return found < 0 ? steps.length - 1 : found;
}

/** Share of a layer's filters (%) in each tenth of universality at a probe; those that answer to all are in the last. */
export function universalityHistogram(
  { record, filters }: Run,
  { layer, probe }: { layer: number; probe: number },
): number[] {
  const counts = new Array<number>(tenths).fill(0);
  const step = record.probes.steps[probe];
  let total = 0;
  for (let row = 0; row < filters.step.length; row++) {
    if (filters.step[row] !== step || filters.layer[row] !== layer) continue;
    counts[Math.min(tenths - 1, Math.floor((1 - filters.selectivity[row]!) * tenths))]! += 1;
    total++;
  }
  return counts.map((count) => (total === 0 ? 0 : (100 * count) / total));
}
