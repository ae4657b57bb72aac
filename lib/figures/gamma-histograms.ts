import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { Arm, ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, lambdaText, requireRuns } from "../study/describe.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { stateColors } from "./palette.js";
import { styledSeries } from "./series.js";

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
  const rows = styledSeries(arms, by);
  const columns = Math.max(...rows.map((row) => row.arms.length));
  const histograms = new Map(arms.map((item) => [item, completedRuns(item).map(gammaHistogram)]));
  const most = Math.max(5, ...[...histograms.values()].flat(2));
  const gaps = { x: 0.02, y: rows.length > 1 ? Math.min(0.14, 0.28 / rows.length) : 0 };
  const { legend, ...layout } = frame({
    title: `How large the scales |γ| are after training, by penalty strength and ${by ? "arm" : "optimizer"}`,
    subtitle: [
      `${describeSeeds(arms)}. Bars: mean of the seeds; thin lines: lowest to highest seed.`,
      describeData(arms),
    ],
    plotHeight: 60 + 150 * rows.length,
  });
  const annotations: unknown[] = [];
  const shapes: unknown[] = [];
  const data: Trace[] = [];
  rows.forEach((row, rank) => {
    const yDomain = panelDomain(rows.length - 1 - rank, rows.length, gaps.y);
    row.arms.forEach((item, column) => {
      const index = rows.slice(0, rank).reduce((sum, { arms: before }) => sum + before.length, column);
      const [x, y] = [axisId("x", index), axisId("y", index)];
      const xDomain = panelDomain(column, columns, gaps.x);
      const bottom = rows.slice(rank + 1).every(({ arms: below }) => below.length <= column);
      layout[axisKey("x", index)] = {
        domain: xDomain,
        anchor: y,
        range: [binStart, binStart + binWidth * binCount],
        tickvals: [-6, -3, 0],
        ticktext: ["10<sup>−6</sup>", "10<sup>−3</sup>", "1"],
        showticklabels: bottom,
        showgrid: false,
      };
      layout[axisKey("y", index)] = {
        domain: yDomain,
        anchor: x,
        range: [0, most * 1.12],
        nticks: 5,
        showticklabels: column === 0,
        ...(column === 0 ? { title: { text: "Filters (%)" } } : {}),
      };
      const heading = `λ = ${lambdaText(item.arm.lambda)}`;
      annotations.push(
        panelName({ text: column === 0 ? `${row.name}, ${heading}` : heading, x: xDomain[0], y: yDomain[1] }),
      );
      shapes.push({
        type: "line",
        xref: x,
        yref: `${y} domain`,
        x0: threshold,
        x1: threshold,
        y0: 0,
        y1: 1,
        line: { color: "#262626", width: 1, dash: "dot" },
      });
      const values = histograms.get(item) ?? [];
      annotations.push({
        text: values.length > 0 ? deadText(completedRuns(item)) : emptyText(item),
        xref: x,
        yref: `${y} domain`,
        x: binStart + 0.35,
        xanchor: "left",
        y: 0.97,
        yanchor: "top",
        align: "left",
        bgcolor: "#FFFFFF",
        showarrow: false,
      });
      if (values.length > 0) data.push(...bars(values, { x, y, label: `${row.name}, ${heading}` }));
    });
  });
  annotations.push({
    text: "|γ| at the last probe (log scale; the first bin holds everything up to 10<sup>−7</sup>)",
    xref: "paper",
    yref: "paper",
    x: 0.5,
    y: 0,
    yanchor: "top",
    yshift: -28,
    showarrow: false,
    font: { size: 13 },
  });
  data.push(...legendEntries);
  return {
    data,
    layout: { ...layout, legend: { ...legend, itemwidth: 30 }, barmode: "overlay", annotations, shapes },
  };
}

/** Share of all filters (%) in each bin of log10 |gamma| at a run's last probe. */
export function gammaHistogram({ filters, record }: Run): number[] {
  const last = record.probes.steps.at(-1);
  const counts = new Array<number>(binCount).fill(0);
  let total = 0;
  for (let row = 0; row < filters.step.length; row++) {
    if (filters.step[row] !== last) continue;
    const place = Math.floor((Math.log10(Math.abs(filters.gamma[row]!)) - binStart) / binWidth);
    const bin = Math.min(binCount - 1, Math.max(0, place));
    counts[bin]! += 1;
    total++;
  }
  return counts.map((count) => (total === 0 ? 0 : (100 * count) / total));
}

function bars(values: number[][], { x, y, label }: { x: string; y: string; label: string }): Trace[] {
  const ofBin = (bin: number) => values.map((histogram) => histogram[bin]!);
  const bins = Array.from({ length: binCount }, (_, bin) => bin);
  const means = bins.map((bin) => mean(ofBin(bin)));
  const isDead = (bin: number) => binStart + binWidth * bin < threshold;
  return [
    {
      type: "bar",
      name: label,
      showlegend: false,
      xaxis: x,
      yaxis: y,
      x: bins.map((bin) => binStart + binWidth * (bin + 0.5)),
      y: means,
      width: binWidth,
      marker: { color: bins.map((bin) => (isDead(bin) ? stateColors.deadByScale : stateColors.alive)) },
      error_y: {
        type: "data",
        symmetric: false,
        array: bins.map((bin) => Math.max(...ofBin(bin)) - means[bin]!),
        arrayminus: bins.map((bin) => means[bin]! - Math.min(...ofBin(bin))),
        thickness: 1,
        width: 0,
        color: "#7A7A7A",
      },
      hovertemplate: `${label}<br>log10 |γ| about %{x:.1f}: %{y:.1f} % of filters<extra></extra>`,
    },
  ];
}

function deadText(runs: Run[]): string {
  const percent = 100 * mean(runs.map(({ record }) => record.final.deadByScale));
  return `${percent.toFixed(percent > 0 && percent < 10 ? 1 : 0)} %<br>dead`;
}

const emptyText = ({ runs }: ArmRuns): string => (runs.length === 0 ? "not<br>trained" : "diverged");

const legendEntries: Trace[] = [
  { name: "alive (|γ| ≥ 10<sup>−3</sup>)", color: stateColors.alive },
  { name: "dead by scale (|γ| < 10<sup>−3</sup>, dotted line)", color: stateColors.deadByScale },
].map(({ name, color }) => ({
  type: "scatter",
  mode: "markers",
  name,
  x: [null],
  y: [null],
  marker: { color, symbol: "square", size: 12 },
}));
