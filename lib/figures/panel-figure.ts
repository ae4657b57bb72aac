import type { AxisPlan } from "./arrangement.js";
import { axisKeys } from "./panel-lines.js";
import type { Annotation, Axis, Figure, Shape, Trace } from "./plotly.js";
import { template } from "./theme.js";

/** A panel as it is drawn: everything on axes named "x" and "y". */
export interface PanelDrawing {
  row: number;
  column: number;
  /** Above it; none where it is empty. */
  name: string;
  x: Omit<Axis, "title"> & AxisPlan;
  y: Omit<Axis, "title"> & AxisPlan;
  traces: Trace[];
  shapes?: Shape[];
  annotations?: Annotation[];
}

export interface PanelFigureOptions {
  title: string;
  subtitle: readonly string[];
  /** Whether rows of panels mean something. Default false. */
  grid?: boolean;
  /** Pixels of each row of panels. */
  heights: readonly number[];
  legend: boolean;
  /** Entries of the legend without marks. */
  entries?: readonly Trace[];
  itemWidth?: number;
  /** Pixels that labels take right of each panel, above it, and below its axis. */
  right?: number;
  above?: number;
  below?: number;
  /** Pixels that a panel has at least. Default 150. */
  leastWidth?: number;
}

/** Puts panels into one figure, each on its own axes; `arrange` then gives it a width. */
export function panelFigure(panels: readonly PanelDrawing[], options: PanelFigureOptions): Figure {
  const {
    title,
    subtitle,
    heights,
    legend,
    entries = [],
    itemWidth = 48,
    right = 0,
    above = 0,
    below = 0,
    leastWidth = 150,
  } = options;
  const axes = Object.fromEntries(
    panels.flatMap(({ x, y }, index) => {
      const { x: xKey, y: yKey, xId, yId } = axisKeys(index);
      const [{ title: _x, own: _ownX, ...xAxis }, { title: _y, own: _ownY, ...yAxis }] = [x, y];
      return [
        [xKey, { ...xAxis, anchor: yId }],
        [yKey, { ...yAxis, anchor: xId }],
      ];
    }),
  );
  const data = panels.flatMap(({ traces }, index) => {
    const { xId, yId } = axisKeys(index);
    return index === 0 ? traces : traces.map((trace) => ({ ...trace, xaxis: xId, yaxis: yId }));
  });
  return {
    data: withLegend([...data, ...entries], legend),
    layout: {
      template: template(),
      showlegend: legend,
      legend: { xref: "container", yref: "container", yanchor: "top", itemwidth: itemWidth },
      ...axes,
      shapes: panels.flatMap(({ shapes = [] }, index) => shapes.map((shape) => onAxes(shape, index))),
      annotations: panels.flatMap(({ annotations = [] }, index) =>
        annotations.map((item) => onAxes(item, index)),
      ),
      meta: {
        arrangement: {
          title,
          subtitle: [...subtitle],
          panels: panels.map(({ row, column, name, x, y }) => ({
            ...{ row, column, name },
            x: { title: x.title, ...(x.own && { own: true }) },
            y: { title: y.title, ...(y.own && { own: true }) },
          })),
          grid: options.grid ?? false,
          heights: [...heights],
          ...{ legend, itemWidth, right: Math.ceil(right), above, below, leastWidth },
          colorBar: data.some((trace) => trace.type === "heatmap" && trace.colorbar !== undefined),
        },
      },
    },
  };
}

/** The same item on the axes of panel `index`: "x domain" becomes "x3 domain". */
function onAxes<T extends Annotation | Shape>(item: T, index: number): T {
  const { xId, yId } = axisKeys(index);
  const moved = (ref: unknown, id: string) =>
    typeof ref === "string" ? ref.replace(/^[xy](?= |$)/, id) : ref;
  return { ...item, xref: moved(item.xref, xId), yref: moved(item.yref, yId) };
}

/** One entry for each name, however many panels and traces have it. */
function withLegend(data: readonly Trace[], legend: boolean): Trace[] {
  const told = new Set<string>();
  return data.map((trace) => {
    if (!legend || (trace.type !== "scatter" && trace.type !== "bar") || !trace.name) return trace;
    const showlegend = trace.showlegend !== false && !told.has(trace.name);
    if (showlegend) told.add(trace.name);
    return { ...trace, showlegend };
  });
}
