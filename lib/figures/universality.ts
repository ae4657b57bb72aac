import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, number, requireRuns } from "../study/describe.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { translucent } from "./palette.js";
import { styledSeries } from "./series.js";

export interface UniversalityOptions {
  /** When, as shares of all steps; the next probe is taken. Default: 2, 10, 50 and 100 %. */
  times?: readonly number[];
}

const binCount = 10;

/**
 * Histograms of universality (1 - selectivity: the share of training images that a filter answers to): a row per
 * layer in which filters differ, a column per time, an outline per optimizer (the mean of the seeds in a band from lowest to highest). Expects
 * one arm per optimizer.
 */
export function universalityHistograms(
  arms: ArmRuns[],
  { times = [0.02, 0.1, 0.5, 1] }: UniversalityOptions = {},
): PlotlyFigure {
  requireRuns(arms, "the histograms of universality");
  const series = arms
    .filter((item) => completedRuns(item).length > 0)
    .map((item) => ({ item, runs: completedRuns(item), one: styledSeries([item])[0]! }));
  const runs = series.flatMap((own) => own.runs);
  const all = runs[0]?.record.model.layers ?? [];
  const probes = times.map((time) => probeAt(runs[0], time));
  const busy = all.map((_, layer) =>
    series.some(({ runs: own }) =>
      probes.some((probe) => mean(own.map((run) => universalShare(run, { layer, probe }))) < 95),
    ),
  );
  const layers = all
    .map((layer, depth) => ({ ...layer, depth }))
    .filter(({ depth }) => busy[depth] || busy.every((own) => !own));
  const quiet = all.filter((layer) => !layers.some(({ name }) => name === layer.name));
  const layout = frame({
    title: "How many images filters answer to: universality by layer and time",
    subtitle: [
      `${describeSeeds(arms)}. Outline: mean of the seeds; band: lowest to highest. Universality: share of training images that a filter answers to. Right: answers to all; left: selective; dead filters at 0.`,
      ...(quiet.length > 0
        ? [
            `Left out: ${quiet.map(({ name }) => name).join(", ")}, where at every time shown at least 95 % of the filters answer to over 90 % of the images.`,
          ]
        : []),
      describeData(arms),
    ],
    plotHeight: Math.max(140, 82 * layers.length),
    left: 104,
  });
  const gaps = { x: 0.02, y: 0.03 / Math.max(1, layers.length - 1) + 0.012 };
  const annotations: unknown[] = [];
  const data = layers.flatMap((layer, row) =>
    probes.flatMap((probe, column) => {
      const index = row * probes.length + column;
      const axes = { x: axisId("x", index), y: axisId("y", index) };
      const domain = {
        x: panelDomain(column, probes.length, gaps.x),
        y: panelDomain(layers.length - 1 - row, layers.length, gaps.y),
      };
      const isLast = row === layers.length - 1;
      layout[axisKey("x", index)] = {
        domain: domain.x,
        anchor: axes.y,
        range: [0, 1],
        tickvals: [0.25, 0.5, 0.75],
        ticktext: ["25", "50", "75"],
        showticklabels: isLast,
        showgrid: false,
        ...(isLast && { title: { text: "Universality (% of images)" } }),
      };
      layout[axisKey("y", index)] = {
        domain: domain.y,
        anchor: axes.x,
        range: [0, 103],
        tickvals: [0, 50, 100],
        // A 0 would meet the 100 of the row below.
        ticktext: ["", "50", "100"],
        showticklabels: column === 0,
        ...(column === 0 && { title: { text: `<b>${layer.name}</b><br>filters (%)`, standoff: 6 } }),
      };
      if (row === 0) {
        const step = runs[0]?.record.probes.steps[probe] ?? 0;
        annotations.push(panelName({ text: `Step ${number.format(step)}`, x: domain.x[0] }));
      }
      return series.flatMap(({ runs: own, one }) =>
        outline(
          own.map((run) => universalityHistogram(run, { layer: layer.depth, probe })),
          {
            name: one.name,
            style: one.style,
            axes,
            legend: index === 0,
            place: `${layer.name}, step ${number.format(runs[0]!.record.probes.steps[probe]!)}`,
          },
        ),
      );
    }),
  );
  return { data, layout: { ...layout, annotations } };
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
  const counts = new Array<number>(binCount).fill(0);
  const step = record.probes.steps[probe];
  let total = 0;
  for (let row = 0; row < filters.step.length; row++) {
    if (filters.step[row] !== step || filters.layer[row] !== layer) continue;
    counts[Math.min(binCount - 1, Math.floor((1 - filters.selectivity[row]!) * binCount))]! += 1;
    total++;
  }
  return counts.map((count) => (total === 0 ? 0 : (100 * count) / total));
}

const universalShare = (...place: Parameters<typeof universalityHistogram>): number =>
  universalityHistogram(...place).at(-1)!;

interface OutlineOptions {
  name: string;
  style: { color: string; dash: string };
  axes: { x: string; y: string };
  legend: boolean;
  place: string;
}

function outline(histograms: number[][], { name, style, axes, legend, place }: OutlineOptions): Trace[] {
  const bins = Array.from({ length: binCount }, (_, bin) => {
    const values = histograms.map((histogram) => histogram[bin]!);
    return { mean: mean(values), least: Math.min(...values), most: Math.max(...values) };
  });
  const edges = bins.flatMap((_, bin) => [bin / binCount, (bin + 1) / binCount]);
  const stairs = (part: "mean" | "least" | "most") =>
    bins.flatMap((bin) => [bin[part], bin[part]].map(rounded));
  const common = { type: "scatter", xaxis: axes.x, yaxis: axes.y, legendgroup: name, mode: "lines" };
  return [
    {
      ...common,
      showlegend: false,
      x: [...edges, ...edges.toReversed()],
      y: [...stairs("most"), ...stairs("least").toReversed()],
      fill: "toself",
      fillcolor: translucent(style.color, 0.25),
      line: { width: 0 },
      hoverinfo: "skip",
    },
    {
      ...common,
      name,
      showlegend: legend,
      x: edges,
      y: stairs("mean"),
      line: { color: style.color, dash: style.dash },
      hovertemplate: `${name}, ${place}<br>universality near %{x:.1f}: %{y:.0f} % of the layer's filters<extra></extra>`,
    },
  ];
}

const rounded = (value: number): number => Number(value.toFixed(2));
