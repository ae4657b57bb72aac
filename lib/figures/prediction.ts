import { chart } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { dot, type Look, mean, only, rule, seeds } from "./marks/index.js";
import { optimizerStyle } from "./palette.js";
import { linear, ticked } from "./scales.js";

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
export const predictedAgainstActual = (
  panels: readonly PredictionPanel[],
  { subtitle }: { subtitle: string[] },
): PlotlyFigure =>
  chart({
    title: "Predicted against actual share of dead filters, in arms that the prediction never saw",
    reading: subtitle,
    rows: panels.flatMap(({ name, runs }) => runs.map((run) => ({ ...run, panel: name }))),
    panels: { of: "panel" },
    x: { of: "actual", scale: linear({ from: -4, to: 104 }), title: "Actually dead (%)" },
    y: { of: "predicted", scale: linear({ from: -4, to: 104 }), title: "Predicted (%)" },
    series: { of: "optimizer", look: optimizerStyle },
    marks: [
      rule({ from: [0, 0], to: [100, 100] }, { dash: "dash" }),
      dot<PredictedRun>({
        text: ({ label, seed }) => `${label}, seed ${seed}`,
        hover: "predicted %{y:.1f} %, actual %{x:.1f} %",
        size: 8,
        opacity: 0.85,
        outline: 1.5,
        symbol: ({ open }, symbol) => (open ? `${symbol}-open` : symbol),
        legend: true,
      }),
    ],
    legend: true,
    height: 300,
  });

/** Errors of one predictor, percentage points, seed by seed. */
export interface PredictionErrors {
  name: string;
  /** One set for each share of training seen; a single set without `seen` is drawn as a line across. */
  points: readonly { seen?: number; seeds: readonly { seed: number; value: number }[] }[];
}

/** The predictors that watch the run, then those that do not. */
const looks: Look[] = [
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
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  /** A predictor that watches nothing is as good at any time. */
  const ends = [seen[0]! * 2 ** -0.35, seen.at(-1)! * 2 ** 0.35];
  const rows = predictors.flatMap(({ name, points }) =>
    points.flatMap(({ seen: at, seeds: own }) =>
      (at === undefined ? ends : [at]).flatMap((place) =>
        own.map(({ seed, value }) => ({ name, place, across: at === undefined, seed, value })),
      ),
    ),
  );
  type Row = (typeof rows)[number];
  const limit = Math.max(1, 1.1 * Math.max(...rows.map(({ value }) => value).filter(Number.isFinite)));
  const scale = () => {
    const own = ticked({ text: percent, tell: (share) => `after ${percent(share)} of training` })(seen);
    return {
      ...own,
      nudge: () => 0.05,
      axis: { ...own.axis, range: ends.map(Math.log2) as [number, number] },
    };
  };
  return chart({
    title: "How far predictions of the final share of dead filters are off",
    reading: subtitle,
    rows,
    x: { of: "place", scale, title: "Share of training seen before the prediction (logarithmic)" },
    y: {
      of: "value",
      scale: linear({ from: 0, to: limit }),
      title: "Mean absolute error (points, lower is better)",
      unit: " points",
    },
    series: { of: "name", look: (_name, { rank }) => looks[rank % looks.length]!, apart: false },
    marks: [
      rule({ x: Math.log2(marked) }, { color: "#7A7A7A", width: 1, dash: "dot" }),
      only(({ across }: Row) => across, mean({ marked: false, spread: "none" })),
      only(({ across }: Row) => !across, mean()),
      only(({ across }: Row) => !across, seeds()),
    ],
    legend: true,
    height: 320,
  });
}
