import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { optimizerStyle } from "./palette.js";

/** One run with its outcome and what was predicted of it, % of filters. */
export interface PredictedRun {
  label: string;
  /** As figures color it. */
  optimizer: string;
  /** Drawn as an open mark: decoupled decay. */
  open: boolean;
  seed: number;
  actual: number;
  predicted: number;
}

export interface PredictionPanel {
  /** What the prediction knows, and its error. */
  name: string;
  runs: readonly PredictedRun[];
}

/** Predicted against actual dead shares: a panel per predictor, a mark per run, the diagonal where both agree. */
export function predictedAgainstActual(
  panels: readonly PredictionPanel[],
  { subtitle }: { subtitle: string[] },
): PlotlyFigure {
  const optimizers = [...new Set(panels.flatMap(({ runs }) => runs.map(({ optimizer }) => optimizer)))];
  const layout = frame({
    title: "Predicted against actual share of dead filters, in arms that the prediction never saw",
    subtitle,
    plotHeight: 300,
    legendLines: optimizers.length > 5 ? 2 : 1,
  });
  const data: Trace[] = [];
  const annotations: unknown[] = [];
  const shapes: unknown[] = [];
  for (const [index, { name, runs }] of panels.entries()) {
    const axes = { x: axisId("x", index), y: axisId("y", index) };
    const domain = panelDomain(index, panels.length, 0.05);
    layout[axisKey("x", index)] = {
      domain,
      anchor: axes.y,
      range: [-4, 104],
      title: { text: "Actually dead (%)" },
    };
    layout[axisKey("y", index)] = {
      anchor: axes.x,
      range: [-4, 104],
      ...(index === 0 ? { title: { text: "Predicted (%)" } } : { showticklabels: false }),
    };
    annotations.push(panelName({ text: name, x: domain[0] }));
    shapes.push({
      type: "line",
      xref: axes.x,
      yref: axes.y,
      x0: 0,
      y0: 0,
      x1: 100,
      y1: 100,
      line: { color: "#262626", width: 1.5, dash: "dash" },
      layer: "below",
    });
    for (const optimizer of optimizers) {
      const own = runs.filter((run) => run.optimizer === optimizer);
      const { color, symbol } = optimizerStyle(optimizer);
      data.push({
        type: "scatter",
        mode: "markers",
        xaxis: axes.x,
        yaxis: axes.y,
        name: optimizer,
        legendgroup: optimizer,
        showlegend: index === 0,
        cliponaxis: false,
        x: own.map(({ actual }) => actual),
        y: own.map(({ predicted }) => predicted),
        text: own.map(({ label, seed }) => `${label}, seed ${seed}`),
        marker: {
          color,
          symbol: own.map(({ open }) => (open ? `${symbol}-open` : symbol)),
          size: 8,
          opacity: 0.85,
          line: { color, width: 1.5 },
        },
        hovertemplate: "%{text}<br>predicted %{y:.1f} %, actual %{x:.1f} %<extra></extra>",
      });
    }
  }
  return { data, layout: { ...layout, annotations, shapes } };
}
