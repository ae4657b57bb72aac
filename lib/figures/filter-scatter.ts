import type { Run } from "../runs/record.js";
import type { Arm, ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, requireRuns } from "../study/describe.js";
import { stateOf } from "../study/filter-states.js";
import type { PlotlyFigure } from "./figure.js";
import { type Axis, axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { stateColors } from "./palette.js";

export interface FilterScatterOptions {
  title: string;
  /** How to read it, after the seeds: sentences. */
  reading: string;
  /** What sets an arm apart, above its panel. */
  name: (arm: Arm) => string;
  /** Panels in a row. */
  columns: number;
  /** Axes of an arm's panel: range, ticks, title. The title of the y axis is shown at the left. */
  x: (arm: Arm) => Axis;
  y: (arm: Arm) => Axis;
  /** Place of a row of the run's `FilterTable`. */
  place: (run: Run, row: number) => { x: number; y: number };
  /** The place in the hover: "log10 |γ| %{x:.2f}". */
  hover: (arm: Arm) => string;
  /** Dotted lines across an arm's panel, at a value of an axis. */
  thresholds: (arm: Arm) => { x?: number; y?: number }[];
}

const looks = [
  { state: "alive", name: "alive", color: "#8C8C8C", symbol: "circle-open", size: 5 },
  {
    state: "dead by activation",
    name: "dead by activation",
    color: stateColors.deadByActivation,
    symbol: "diamond",
    size: 6,
  },
  {
    state: "dead by scale",
    name: "dead by scale (|γ| < 10<sup>−3</sup>, dotted line)",
    color: stateColors.deadByScale,
    symbol: "square",
    size: 5,
  },
] as const;

/** Every filter at the last probe as a mark by its state: a panel per arm, of the first seed that did not diverge. */
export function filterScatter(arms: ArmRuns[], options: FilterScatterOptions): PlotlyFigure {
  const { title, reading, name, columns: most, x, y, thresholds } = options;
  requireRuns(arms, `the figure "${title}"`);
  const panels = arms.map((item) => ({ item, run: completedRuns(item)[0] }));
  const columns = Math.min(most, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const { legend: place, ...layout } = frame({
    title,
    subtitle: [
      `${describeSeeds(arms)}, of which the first is shown; one mark per filter. ${reading}`,
      describeData(arms),
    ],
    plotHeight: rows === 1 ? 330 : 285 * rows,
  });
  const gaps = { x: columns > 1 ? 0.1 / columns : 0, y: rows > 1 ? 0.36 / rows : 0 };
  const annotations: unknown[] = [];
  const shapes: unknown[] = [];
  const data: Trace[] = panels.flatMap(({ item: { arm, runs }, run }, index) => {
    const axes = { x: axisId("x", index), y: axisId("y", index) };
    const [row, column] = [Math.floor(index / columns), index % columns];
    const domain = {
      x: panelDomain(column, columns, gaps.x),
      y: panelDomain(rows - 1 - row, rows, gaps.y),
    };
    const { title: yTitle, ...yAxis } = y(arm);
    layout[axisKey("x", index)] = { ...x(arm), domain: domain.x, anchor: axes.y };
    layout[axisKey("y", index)] = {
      ...yAxis,
      domain: domain.y,
      anchor: axes.x,
      showticklabels: column === 0,
      ...(column === 0 && { title: yTitle }),
    };
    annotations.push(panelName({ text: name(arm), x: domain.x[0], y: domain.y[1] }));
    shapes.push(...thresholds(arm).map((at) => thresholdLine(at, axes)));
    if (run) return stateTraces(run, { axes, arm, ...options });
    annotations.push({
      text: runs.length === 0 ? "not trained" : "all runs diverged",
      xref: `${axes.x} domain`,
      yref: `${axes.y} domain`,
      x: 0.5,
      y: 0.5,
      showarrow: false,
    });
    return [];
  });
  data.push(
    ...looks.map(({ name: text, color, symbol }) => ({
      type: "scatter",
      mode: "markers",
      name: text,
      x: [null],
      y: [null],
      marker: { color, symbol, size: 9 },
    })),
  );
  return { data, layout: { ...layout, legend: { ...place, itemwidth: 30 }, annotations, shapes } };
}

/** Rows of a run's `FilterTable` at its last probe. */
export function lastRows({ record, filters }: Run): number[] {
  const last = record.probes.steps.at(-1);
  return [...filters.step.keys()].filter((row) => filters.step[row] === last);
}

interface StateTracesOptions extends Pick<FilterScatterOptions, "place" | "hover"> {
  axes: { x: string; y: string };
  arm: Arm;
}

function stateTraces(run: Run, { axes, arm, place, hover }: StateTracesOptions): Trace[] {
  const { filters, record } = run;
  const rows = lastRows(run);
  return looks.flatMap(({ state, color, symbol, size }) => {
    const own = rows.filter((row) => stateOf(filters.gamma[row]!, filters.maxActivation[row]!) === state);
    if (own.length === 0) return [];
    const places = own.map((row) => place(run, row));
    return [
      {
        type: "scatter",
        mode: "markers",
        showlegend: false,
        xaxis: axes.x,
        yaxis: axes.y,
        cliponaxis: false,
        x: places.map((at) => rounded(at.x)),
        y: places.map((at) => rounded(at.y)),
        text: own.map(
          (row) => `${record.model.layers[filters.layer[row]!]!.name}, filter ${filters.filter[row]}`,
        ),
        marker: { color, symbol, size, opacity: 0.75, line: { width: 0.8, color } },
        hovertemplate: `%{text}, ${state}<br>${hover(arm)}<extra></extra>`,
      },
    ];
  });
}

const rounded = (value: number): number => Number(value.toPrecision(4));

/** Across the panel: from end to end of the axis that has no value. */
const thresholdLine = (at: { x?: number; y?: number }, { x, y }: { x: string; y: string }) => ({
  type: "line",
  xref: at.x === undefined ? `${x} domain` : x,
  yref: at.y === undefined ? `${y} domain` : y,
  x0: at.x ?? 0,
  x1: at.x ?? 1,
  y0: at.y ?? 0,
  y1: at.y ?? 1,
  line: { color: "#262626", width: 1, dash: "dot" },
});
