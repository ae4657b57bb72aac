import { type PruningMethod, pruningMethod } from "../harvest/method.js";
import { networkTitle } from "../runs/describe.js";
import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, requireRuns } from "../study/describe.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { optimizerStyle } from "./palette.js";

/** Marker and dash of a method; the color is the optimizer's. */
const methodStyles: Partial<Record<PruningMethod, { symbol: string; dash: string }>> = {
  implicit: { symbol: "circle", dash: "solid" },
  "network slimming": { symbol: "square-open", dash: "dash" },
  magnitude: { symbol: "diamond-open", dash: "dot" },
  "scratch, equal epochs": { symbol: "x-thin", dash: "none" },
  "scratch, equal compute": { symbol: "cross-thin", dash: "none" },
};

/** Arms that one line joins: one method and optimizer, and where methods have one, one strength of the L1 penalty. */
interface Series {
  method: PruningMethod;
  optimizer: string;
  /** In the order of the line: by penalty, then share cut. */
  arms: ArmRuns[];
}

/** What a network costs to use, the horizontal axis. */
export interface CostAxis {
  /** Of the network that a run leaves; undefined where it is not known, and the run is left out. */
  cost: (run: Run) => number | undefined;
  title: string;
  /** Of one network's panel. */
  axisTitle: (runs: readonly Run[]) => string;
  /** Costs differ by factors, and the axis is logarithmic, unless it says so. */
  linear?: boolean;
  /** Of a mark, after the error, in Plotly's notation. */
  hover: string;
  /** For where no run has a cost: "the figure of test error against time". */
  figureName: string;
  /** A second line below the title, after what all have in common. */
  note?: string;
}

/**
 * Test error against the cost of the network without what is dead, a panel for each network: means with a small mark
 * for each seed. Lines join the strengths of a method. Runs that only prepare network slimming are left out.
 */
export function errorByCost(arms: ArmRuns[], axis: CostAxis): PlotlyFigure {
  const costs: Costs = new Map();
  const drawn = arms
    .filter(({ arm }) => methodStyles[pruningMethod(arm.config)] !== undefined)
    .map(({ arm, runs }) => ({ arm, runs: runs.filter((run) => addCost(costs, run, axis)) }));
  requireRuns(drawn, axis.figureName);
  const networks = [...new Set(drawn.filter((one) => completedRuns(one).length > 0).map(networkOf))];
  const layout: Record<string, unknown> = frame({
    title: axis.title,
    subtitle: [
      `${describeSeeds(drawn)}. Small marks: seeds; large: their means. Lower and further left is better: accurate and cheap. Color: optimizer. Every network is counted without its dead filters.${axis.note ? ` ${axis.note}` : ""}`,
      describeData(drawn),
    ],
    plotHeight: 400,
    legendLines: 5,
    panelNames: networks.length > 1,
  });
  const annotations: unknown[] = [];
  const data = networks.flatMap((network, index) => {
    const own = drawn.filter((one) => networkOf(one) === network);
    const domain = panelDomain(index, networks.length, 0.08);
    layout[axisKey("x", index)] = {
      ...{ domain, anchor: axisId("y", index) },
      ...(axis.linear ? { rangemode: "tozero" } : { type: "log", tickvals: ticks }),
      title: { text: axis.axisTitle(own.flatMap(completedRuns)) },
    };
    layout[axisKey("y", index)] = {
      anchor: axisId("x", index),
      ...(index === 0 && { title: { text: "Test error (%); lower: better" } }),
    };
    if (networks.length > 1) annotations.push(panelName({ text: network, x: domain[0] }));
    return seriesOf(own).flatMap((series) => traces(series, { axis, costs, index }));
  });
  return { data: withoutRepeatedLegend(data), layout: { ...layout, annotations } };
}

/** Of each run that has one: to find it takes going through the run's filters. */
type Costs = Map<Run, number>;

/** Whether the run has a cost. */
function addCost(costs: Costs, run: Run, axis: CostAxis): boolean {
  const cost = axis.cost(run);
  if (cost !== undefined) costs.set(run, cost);
  return cost !== undefined;
}

/** 1, 2 and 5 of every decade. */
const ticks = [-3, -2, -1, 0, 1, 2, 3].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));

const networkOf = ({ arm }: ArmRuns): string => networkTitle(arm.config.model);

function seriesOf(arms: ArmRuns[]): Series[] {
  const all = new Map<string, Series>();
  for (const one of arms) {
    const { config, optimizer } = one.arm;
    const method = pruningMethod(config);
    const key = `${method}/${optimizer}/${config.start?.run.penalty.l1Gamma}`;
    const series = all.get(key) ?? { method, optimizer, arms: [] };
    series.arms.push(one);
    all.set(key, series);
  }
  for (const { arms } of all.values()) arms.sort((a, b) => strength(a) - strength(b));
  return [...all.values()];
}

/** What a line goes along. */
function strength({ arm: { config, lambda } }: ArmRuns): number {
  const { start } = config;
  return start && "share" in start.prune ? start.prune.share : lambda;
}

interface End {
  seed: number;
  cost: number;
  error: number;
}

const endsOf = (one: ArmRuns, costs: Costs): End[] =>
  completedRuns(one).map((run) => ({
    seed: run.record.seed,
    cost: costs.get(run)!,
    error: 100 * run.record.final.testError,
  }));

/** As the axis has it: of costs, or of their logarithms. */
function meanCost(ends: readonly End[], { linear }: CostAxis): number {
  const costs = ends.map(({ cost }) => cost);
  return linear ? mean(costs) : 10 ** mean(costs.map(Math.log10));
}

interface TraceOptions {
  axis: CostAxis;
  costs: Costs;
  /** Of the panel. */
  index: number;
}

function traces({ method, optimizer, arms }: Series, { axis, costs, index }: TraceOptions): Trace[] {
  const { symbol, dash } = methodStyles[method]!;
  const { color } = optimizerStyle(optimizer);
  const name = `${method}, ${optimizer}`;
  const points = arms
    .map((one) => ({ label: one.arm.label, ends: endsOf(one, costs) }))
    .filter(({ ends }) => ends.length > 0);
  if (points.length === 0) return [];
  const common = {
    ...{ type: "scatter", name, legendgroup: name, cliponaxis: false },
    ...{ xaxis: axisId("x", index), yaxis: axisId("y", index) },
  };
  const marker = { color, symbol, line: { color, width: 1.8 } };
  const seeds = points.flatMap(({ label, ends }) => ends.map((end) => ({ ...end, label })));
  return [
    {
      ...common,
      mode: dash === "none" ? "markers" : "lines+markers",
      x: points.map(({ ends }) => meanCost(ends, axis)),
      y: points.map(({ ends }) => mean(ends.map(({ error }) => error))),
      text: points.map(({ label }) => label),
      line: { color, ...(dash !== "none" && { dash }) },
      marker: { ...marker, size: 10 },
      hovertemplate: `%{text}<br>%{y:.1f} % at ${axis.hover}<extra></extra>`,
    },
    {
      ...common,
      showlegend: false,
      mode: "markers",
      x: seeds.map(({ cost }) => cost),
      y: seeds.map(({ error }) => error),
      text: seeds.map(({ label, seed }) => `${label}, seed ${seed}`),
      marker: { ...marker, size: 4, opacity: 0.6, line: { color, width: 1 } },
      hovertemplate: `%{text}<br>%{y:.1f} % at ${axis.hover}<extra></extra>`,
    },
  ];
}

/** One entry a name, however many panels and lines have it. */
function withoutRepeatedLegend(data: Trace[]): Trace[] {
  const seen = new Set<unknown>();
  return data.map((trace) => {
    if (trace.showlegend === false) return trace;
    const showlegend = !seen.has(trace.name);
    seen.add(trace.name);
    return { ...trace, showlegend };
  });
}
