import type { Arm, ArmRuns } from "../hypotheses/hypothesis.js";
import type { Run } from "../runs/record.js";
import { completedRuns, describeData, describeSeeds, requireRuns } from "./describe.js";
import type { PlotlyFigure } from "./figure.js";
import { stateOf } from "./filter-states.js";
import { axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { stateColors } from "./palette.js";

export interface GammaBetaOptions {
  /** What sets an arm apart: "L2 10^-3 on weights only". Default: its label. */
  name?: (arm: Arm) => string;
  /** Panels in a row. Default 3. */
  columns?: number;
}

/** Values below are put here: a logarithm has no place for 0. */
const floor = -7;
const threshold = -3;

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

/**
 * Scatter of beta against |gamma| of every filter at the last probe, by state: a panel per arm, of the first seed that
 * did not diverge. Networks without normalization have no gamma: their biases stand against the norms of their weights.
 */
export function gammaBetaScatter(
  arms: ArmRuns[],
  { name = ({ label }) => label, columns: most = 3 }: GammaBetaOptions = {},
): PlotlyFigure {
  requireRuns(arms, "the scatter of gamma and beta");
  const panels = arms.map((item) => ({ item, run: completedRuns(item)[0] }));
  const columns = Math.min(most, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const { legend: place, ...layout } = frame({
    title: "Where β and |γ| of every filter end, by state",
    subtitle: [
      `${describeSeeds(arms)}, of which the first is shown; one mark per filter. Left of the dotted line: dead by scale. Dead by activation: β too low for its |γ| to open ReLU. Left edge: |γ| ≤ 10<sup>−7</sup>.`,
      describeData(arms),
    ],
    plotHeight: rows === 1 ? 330 : 285 * rows,
  });
  const betas = panels.flatMap(({ run }) => (run ? lastRows(run).map((row) => run.filters.beta[row]!) : []));
  const [low, high] = [Math.min(0, ...betas), Math.max(0, ...betas)];
  const pad = 0.05 * (high - low || 1);
  const gaps = { x: columns > 1 ? 0.1 / columns : 0, y: rows > 1 ? 0.36 / rows : 0 };
  const annotations: unknown[] = [];
  const shapes: unknown[] = [];
  const data: Trace[] = panels.flatMap(({ item, run }, index) => {
    const axes = { x: axisId("x", index), y: axisId("y", index) };
    const [row, column] = [Math.floor(index / columns), index % columns];
    const domain = {
      x: panelDomain(column, columns, gaps.x),
      y: panelDomain(rows - 1 - row, rows, gaps.y),
    };
    const hasGamma = item.arm.config.model.normalization !== "none";
    layout[axisKey("x", index)] = {
      domain: domain.x,
      anchor: axes.y,
      range: hasGamma ? [floor - 0.3, 1] : [-4, 2],
      tickvals: hasGamma ? [-6, -3, 0] : [-3, 0],
      ticktext: hasGamma ? ["10<sup>−6</sup>", "10<sup>−3</sup>", "1"] : ["10<sup>−3</sup>", "1"],
      title: { text: hasGamma ? "|γ| (log scale)" : "no γ: norm of the weights (log scale)" },
    };
    layout[axisKey("y", index)] = {
      domain: domain.y,
      anchor: axes.x,
      range: [low - pad, high + pad],
      zeroline: true,
      zerolinecolor: "#8C8C8C",
      showticklabels: column === 0,
      ...(column === 0 && { title: { text: "β (bias without BatchNorm)" } }),
    };
    annotations.push(panelName({ text: name(item.arm), x: domain.x[0], y: domain.y[1] }));
    if (hasGamma) shapes.push(thresholdLine(axes));
    if (!run) {
      const text = item.runs.length === 0 ? "not trained" : "all runs diverged";
      annotations.push({
        text,
        xref: `${axes.x} domain`,
        yref: `${axes.y} domain`,
        x: 0.5,
        y: 0.5,
        showarrow: false,
      });
      return [];
    }
    return stateTraces(run, { axes, hasGamma });
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

function lastRows({ record, filters }: Run): number[] {
  const last = record.probes.steps.at(-1);
  return [...filters.step.keys()].filter((row) => filters.step[row] === last);
}

function stateTraces(
  run: Run,
  { axes, hasGamma }: { axes: { x: string; y: string }; hasGamma: boolean },
): Trace[] {
  const { filters, record } = run;
  const size = hasGamma ? filters.gamma : filters.weightNorm;
  const rows = lastRows(run);
  return looks.flatMap(({ state, color, symbol, size: markerSize }) => {
    const own = rows.filter((row) => stateOf(filters.gamma[row]!, filters.maxActivation[row]!) === state);
    if (own.length === 0) return [];
    return [
      {
        type: "scatter",
        mode: "markers",
        showlegend: false,
        xaxis: axes.x,
        yaxis: axes.y,
        x: own.map((row) => rounded(Math.max(floor, Math.log10(Math.abs(size[row]!))))),
        y: own.map((row) => rounded(filters.beta[row]!)),
        text: own.map(
          (row) => `${record.model.layers[filters.layer[row]!]!.name}, filter ${filters.filter[row]}`,
        ),
        marker: { color, symbol, size: markerSize, opacity: 0.75, line: { width: 0.8, color } },
        hovertemplate: `%{text}, ${state}<br>log10 ${hasGamma ? "|γ|" : "norm"} %{x:.2f}, β %{y:.3f}<extra></extra>`,
      },
    ];
  });
}

const rounded = (value: number): number => Number(value.toPrecision(4));

const thresholdLine = ({ x, y }: { x: string; y: string }) => ({
  type: "line",
  xref: x,
  yref: `${y} domain`,
  x0: threshold,
  x1: threshold,
  y0: 0,
  y1: 1,
  line: { color: "#262626", width: 1, dash: "dot" },
});
