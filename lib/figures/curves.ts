import { mean } from "../statistics.js";
import type { Trace } from "./layout.js";
import { translucent } from "./palette.js";
import type { LineStyle } from "./series.js";

export interface CurveOptions extends LineStyle {
  name: string;
  /** Plotly's names of the axes. */
  axes: { x: string; y: string };
  x: number[];
  /** One curve per seed, each as long as `x`; null where it has no value. */
  curves: (number | null)[][];
  /** Hover text; `%{customdata[0]}` and `[1]` are the lowest and the highest seed. */
  hover: string;
  legend?: boolean;
  symbol?: string;
}

/** The mean of the seeds as a line in a band from the lowest to the highest, the band first. */
export function curveTraces(options: CurveOptions): { band: Trace[]; lines: Trace[] } {
  const { name, axes, x, curves, color, dash, hover, legend = false, symbol } = options;
  if (curves.length === 0) return { band: [], lines: [] };
  const at = x.flatMap((place, i) => {
    const values = curves.map((curve) => curve[i] ?? null).filter((value) => value !== null);
    if (values.length === 0) return [];
    return [{ place, mean: mean(values), least: Math.min(...values), most: Math.max(...values) }];
  });
  const common = {
    type: "scatter",
    xaxis: axes.x,
    yaxis: axes.y,
    cliponaxis: false,
    legendgroup: name,
  };
  const band: Trace = {
    ...common,
    showlegend: false,
    mode: "lines",
    x: [...at, ...at.toReversed()].map(({ place }) => place),
    y: [...at.map(({ most }) => most), ...at.toReversed().map(({ least }) => least)],
    fill: "toself",
    fillcolor: translucent(color, 0.25),
    line: { width: 0 },
    hoverinfo: "skip",
  };
  const line: Trace = {
    ...common,
    name,
    showlegend: legend,
    mode: symbol ? "lines+markers" : "lines",
    x: at.map(({ place }) => place),
    y: at.map((point) => point.mean),
    line: { color, dash },
    ...(symbol && { marker: { color, symbol, size: 7, line: { color, width: 1.5 } } }),
    customdata: at.map(({ least, most }) => [least, most]),
    hovertemplate: `${hover}<extra></extra>`,
  };
  return { band: curves.length > 1 ? [band] : [], lines: [line] };
}

export interface EndLabelsOptions {
  axes: { x: string; y: string };
  /** Place on the x axis that labels stand to the right of. */
  at: number;
  /** Length of the y axis in its unit, and in pixels. */
  range: number;
  height: number;
  /** Whether lines that end at one height share a label, side by side. Default true. */
  merged?: boolean;
  /** Put before the topmost label. */
  prefix?: string;
}

/** Names lines at their right end; lines that end at one height share a label, close ones are spread. */
export function endLabels(
  ends: { text: string; value: number }[],
  { axes, at, range, height, merged = true, prefix = "" }: EndLabelsOptions,
): unknown[] {
  const [indistinct, closest] = [(3 / height) * range, (17 / height) * range];
  const groups: { texts: string[]; value: number; place: number }[] = [];
  for (const { text, value } of ends.toSorted((a, b) => a.value - b.value)) {
    const before = groups.at(-1);
    if (merged && before && value - before.value < indistinct) before.texts.push(text);
    else
      groups.push({
        texts: [text],
        value,
        place: before ? Math.max(value, before.place + closest) : value,
      });
  }
  return groups.map(({ texts, place }, rank) => ({
    text: `${rank === groups.length - 1 ? prefix : ""}${texts.join(", ")}`,
    xref: axes.x,
    yref: axes.y,
    x: at,
    y: place,
    xanchor: "left",
    yanchor: "middle",
    xshift: 5,
    showarrow: false,
  }));
}
