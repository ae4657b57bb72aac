import { UserError } from "../errors.js";
import type { KeptReport } from "../harvest/kept-reports.js";
import type { Latency } from "../harvest/latency.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";

/** Marker of each number of images at once, in ascending order of the numbers. */
const symbols = ["circle", "square", "diamond", "triangle-up", "cross"];
const color = "#332288";

/** One variant of one run's network. */
type Point = Latency & { run: string };

/**
 * Measured speed-up against multiply-accumulates saved, a panel for each engine: filled marks for widths as they came
 * out, open ones for rounded widths, bars from quartile to quartile. On the line all that was saved shows.
 */
export function latencyByMacs(reports: readonly KeptReport[]): PlotlyFigure {
  const points = reports.flatMap(({ run, latency }) =>
    latency.latencies
      .filter(({ variant }) => variant !== "unpruned")
      .map((one): Point => ({ ...one, run: `${run.id}/${run.seed}` })),
  );
  if (points.length === 0)
    throw new UserError(
      "No latencies are kept. Measure some on an idle machine: npm run prune -- RUN --out DIR --keep.",
    );
  const engines = [...new Set(points.map(({ engine }) => engine))];
  const batches = [...new Set(points.map(({ batch }) => batch))].sort((a, b) => a - b);
  const most = 1.1 * Math.max(...points.flatMap(({ macReduction, speedup }) => [macReduction, speedup.high]));
  const processors = [...new Set(reports.map(({ latency }) => latency.processor))].join("; ");
  const threads = [...new Set(reports.map(({ latency }) => latency.threads))].join(" and ");
  const layout: Record<string, unknown> = frame({
    title: "Measured speed-up against multiply-accumulates saved",
    subtitle: [
      "Times of the pruned and the unpruned network, in turns. Filled: widths as they came out; open: rounded up. Bars: quartiles. On the line all that was saved shows, on the dotted one 70 % of it.",
      `${processors}; threads: ${threads}`,
    ],
    plotHeight: 360,
  });
  const annotations: unknown[] = [];
  const data = engines.flatMap((engine, index) => {
    const domain = panelDomain(index, engines.length, 0.08);
    const range = [0.8, most];
    layout[axisKey("x", index)] = {
      ...{ domain, range, anchor: axisId("y", index) },
      title: { text: "Multiply-accumulates saved (times fewer)" },
    };
    layout[axisKey("y", index)] = {
      ...{ range, anchor: axisId("x", index) },
      ...(index === 0 && { title: { text: "Speed-up (times faster)" } }),
    };
    annotations.push(panelName({ text: engine, x: domain[0] }));
    const axes = { xaxis: axisId("x", index), yaxis: axisId("y", index) };
    return [
      line(axes, most, 1, "solid"),
      line(axes, most, 0.7, "dot"),
      ...batches.map((batch, place) =>
        batchTrace(
          points.filter((one) => one.engine === engine && one.batch === batch),
          { axes, batch, symbol: symbols[place % symbols.length]!, legend: index === 0 },
        ),
      ),
    ];
  });
  return { data, layout: { ...layout, annotations } };
}

const line = (axes: Trace, most: number, slope: number, dash: string): Trace => ({
  ...{ type: "scatter", mode: "lines", showlegend: false, hoverinfo: "skip", ...axes },
  ...{ x: [0, most], y: [0, slope * most], line: { color: "#8C8C8C", width: 1, dash } },
});

interface BatchOptions {
  axes: Trace;
  batch: number;
  symbol: string;
  legend: boolean;
}

const batchTrace = (points: Point[], { axes, batch, symbol, legend }: BatchOptions): Trace => ({
  ...{ type: "scatter", mode: "markers", ...axes, showlegend: legend },
  name: `${batch} ${batch === 1 ? "image" : "images"} at once`,
  legendgroup: `${batch}`,
  x: points.map(({ macReduction }) => macReduction),
  y: points.map(({ speedup }) => speedup.median),
  text: points.map(({ run, variant }) => `${run}, ${variant}`),
  error_y: {
    ...{ type: "data", symmetric: false, thickness: 1.2, width: 3, color },
    array: points.map(({ speedup }) => speedup.high - speedup.median),
    arrayminus: points.map(({ speedup }) => speedup.median - speedup.low),
  },
  marker: {
    ...{ color, size: 9, line: { color, width: 1.5 } },
    symbol: points.map(({ variant }) => (variant === "rounded" ? `${symbol}-open` : symbol)),
  },
  hovertemplate: "%{text}<br>%{y:.2f} times faster with %{x:.2f} times fewer<extra></extra>",
});
