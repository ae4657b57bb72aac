import type {
  Annotation,
  BarData,
  Config,
  Dash,
  HeatmapData,
  ImageData,
  Layout,
  LayoutAxis,
  ScatterData,
  Shape,
} from "plotly.js-dist";
import type { Arrangement } from "./arrangement.js";

export type Axis = LayoutAxis;
export type { Annotation, Dash, Shape };

/** A trace of the kinds that figures here draw. */
export type Trace =
  | (ScatterData & { type: "scatter" })
  | (BarData & { type: "bar" })
  | (HeatmapData & { type: "heatmap" })
  | (ImageData & { type: "image" });

export type ScatterTrace = ScatterData & { type: "scatter" };

/** Plotly's layout, with what it takes to arrange the figure's panels for another width. */
export interface FigureLayout extends Layout {
  meta?: { arrangement?: Arrangement };
}

/** A Plotly figure as plain JSON: the same object draws in a notebook, a page and an export. */
export interface Figure {
  data: Trace[];
  layout: FigureLayout;
  config?: Partial<Config>;
}

/** Plotly's markers and dashes are closed unions; a look names them as text. */
export type MarkerSymbol = NonNullable<NonNullable<ScatterTrace["marker"]>["symbol"]>;
