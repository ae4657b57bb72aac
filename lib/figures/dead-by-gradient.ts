import { UserError } from "../errors.js";
import { mean } from "../statistics.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName } from "./layout.js";
import { optimizerStyle } from "./palette.js";

/** One layer under one optimizer and form of penalty. */
export interface LayerPoint {
  layer: string;
  seed: number;
  /** Size of the objective's gradient on gamma early on in the run without a penalty. */
  gradient: number;
  /** Share of the layer's filters that are dead at the end, %. */
  dead: number;
}

export interface GradientPanel {
  name: string;
  optimizer: string;
  points: LayerPoint[];
  /** Rank correlation over the layers, as text. */
  correlation: string;
}

/**
 * Dead share of each layer against the size of its gradient before anything has died: a panel per optimizer and form of
 * penalty, a mark per layer (mean of the seeds) with its name, every seed a small mark. Throws `UserError` without panels.
 */
export function deadByGradient(
  panels: readonly GradientPanel[],
  { seeds, data: about }: { seeds: string; data: string },
): PlotlyFigure {
  if (panels.length === 0) {
    throw new UserError(
      "No optimizer has runs both with and without a penalty. Train them with npm run reproduce.",
    );
  }
  const gradients = panels.flatMap(({ points }) => points.map(({ gradient }) => gradient));
  const [least, most] = [Math.log10(Math.min(...gradients)), Math.log10(Math.max(...gradients))];
  const layout = frame({
    title: "Is it the size of the gradient? Dead share of each layer against its gradient on γ",
    subtitle: [
      `${seeds}. Gradient: of the objective, median over the layer's filters early in training without a penalty, when nothing has died. Dead share: mean over the penalties. Large mark: mean of the seeds; small marks: seeds.`,
      about,
    ],
    plotHeight: 330,
    legend: false,
  });
  const annotations: unknown[] = [];
  const data = panels.flatMap(({ name, optimizer, points, correlation }, index) => {
    const axes = { x: axisId("x", index), y: axisId("y", index) };
    const domain = panelDomain(index, panels.length, panels.length > 1 ? 0.16 / panels.length : 0);
    layout[axisKey("x", index)] = {
      domain,
      anchor: axes.y,
      type: "log",
      range: [least - 0.12, most + 0.12],
      tickvals: [5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2],
      ticktext: ["0.0005", "0.001", "0.002", "0.005", "0.01", "0.02"],
      title: { text: "Early gradient on γ (log scale)" },
    };
    layout[axisKey("y", index)] = {
      anchor: axes.x,
      range: [-4, 104],
      ...(index === 0 ? { title: { text: "Dead filters (% of the layer)" } } : { showticklabels: false }),
    };
    annotations.push(panelName({ text: name, x: domain[0] }), {
      text: correlation,
      xref: "paper",
      yref: "paper",
      x: domain[1] - 0.004,
      y: 0.985,
      xanchor: "right",
      yanchor: "top",
      showarrow: false,
    });
    const { color, symbol } = optimizerStyle(optimizer);
    const layers = [...new Set(points.map(({ layer }) => layer))].map((layer) => {
      const own = points.filter((point) => point.layer === layer);
      return {
        layer,
        gradient: mean(own.map(({ gradient }) => gradient)),
        dead: mean(own.map(({ dead }) => dead)),
      };
    });
    const common = {
      type: "scatter",
      xaxis: axes.x,
      yaxis: axes.y,
      name,
      showlegend: false,
      cliponaxis: false,
    };
    return [
      {
        ...common,
        mode: "markers",
        x: points.map(({ gradient }) => gradient),
        y: points.map(({ dead }) => dead),
        customdata: points.map(({ layer, seed }) => [layer, seed]),
        marker: { color, symbol, size: 4, opacity: 0.6, line: { width: 1, color } },
        hovertemplate: `${name}, %{customdata[0]}, seed %{customdata[1]}<br>gradient %{x:.2g}, %{y:.0f} % dead<extra></extra>`,
      },
      {
        ...common,
        mode: "markers+text",
        x: layers.map(({ gradient }) => gradient),
        y: layers.map(({ dead }) => dead),
        text: layers.map(({ layer }) => layer),
        textposition: layers.map(({ gradient }) => labelSide(gradient, layers)),
        marker: { color, symbol, size: 9, line: { color, width: 1.5 } },
        hovertemplate: `${name}, %{text}<br>gradient %{x:.2g}, %{y:.0f} % dead<extra></extra>`,
      },
    ];
  });
  return { data, layout: { ...layout, annotations } };
}

/** Left or right of a mark: away from the neighbor that is closer to it on the logarithmic axis. */
function labelSide(gradient: number, layers: readonly { gradient: number }[]): string {
  const ratios = layers.map((other) => other.gradient / gradient).filter((ratio) => ratio !== 1);
  const below = Math.max(0, ...ratios.filter((ratio) => ratio < 1));
  const above = Math.min(Infinity, ...ratios.filter((ratio) => ratio > 1));
  return below * above > 1 ? "middle right" : "middle left";
}
