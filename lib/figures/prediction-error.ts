import { type EstimateStyle, meanTrace, type SeededPoint, type SeedValue, seedTrace } from "./estimates.js";
import type { PlotlyFigure } from "./figure.js";
import { frame, type Trace } from "./layout.js";

/** Errors of one predictor, percentage points, seed by seed. */
export interface PredictionErrors {
  name: string;
  /** One set for each share of training seen; a single set without `seen` is drawn as a line across. */
  points: readonly { seen?: number; seeds: readonly SeedValue[] }[];
}

/** The predictors that watch the run, then those that do not. */
const styles: EstimateStyle[] = [
  { color: "#332288", symbol: "square", dash: "solid" },
  { color: "#D55E00", symbol: "circle", dash: "6px,3px" },
  { color: "#262626", symbol: "diamond", dash: "solid" },
  { color: "#8C8C8C", symbol: "cross", dash: "dot" },
];

/** Mean absolute error of predictions against the share of training that they have seen; lower is better. */
export function predictionErrorBySeen(
  predictors: readonly PredictionErrors[],
  { subtitle, marked }: { subtitle: string[] /** Share that the study is about. */; marked: number },
): PlotlyFigure {
  const seen = [
    ...new Set(predictors.flatMap(({ points }) => points.flatMap((point) => point.seen ?? []))),
  ].sort((a, b) => a - b);
  const place = (share: number) => Math.log2(share);
  const ends: [number, number] = [place(seen[0]!) - 0.35, place(seen.at(-1)!) + 0.35];
  const values = predictors.flatMap(({ points }) =>
    points.flatMap(({ seeds }) => seeds.map(({ value }) => value).filter(Number.isFinite)),
  );
  const limit = Math.max(1, 1.1 * Math.max(...values));
  const layout = frame({
    title: "How far predictions of the final share of dead filters are off",
    subtitle,
    plotHeight: 320,
    panelNames: false,
  });
  const axes = { x: "x", y: "y" };
  const data: Trace[] = predictors.flatMap(({ name, points }, rank): Trace[] => {
    const style = styles[rank % styles.length]!;
    const across = points.every((point) => point.seen === undefined);
    const placed: SeededPoint[] = across
      ? ends.map((at) => ({ at, label: "at any time", seeds: [...points[0]!.seeds] }))
      : points.map(({ seen: share = 1, seeds }) => ({
          at: place(share),
          label: `after ${Math.round(100 * share)} % of training`,
          seeds: [...seeds],
        }));
    const look = { name, style, axes, unit: " points" };
    const line = meanTrace(placed, look);
    return across
      ? [{ ...line, mode: "lines", error_y: { visible: false } }]
      : [line, seedTrace(placed, { ...look, nudge: 0.05, limit })];
  });
  return {
    data,
    layout: {
      ...layout,
      xaxis: {
        range: ends,
        tickvals: seen.map(place),
        ticktext: seen.map((share) => `${Math.round(100 * share)} %`),
        showgrid: false,
        title: { text: "Share of training seen before the prediction (logarithmic)" },
      },
      yaxis: { range: [0, limit], title: { text: "Mean absolute error (points, lower is better)" } },
      shapes: [
        {
          type: "line",
          xref: "x",
          yref: "y domain",
          x0: place(marked),
          x1: place(marked),
          y0: 0,
          y1: 1,
          line: { color: "#7A7A7A", width: 1, dash: "dot" },
          layer: "below",
        },
      ],
    },
  };
}
