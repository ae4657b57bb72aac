import { UserError } from "../errors.js";
import { endLabels } from "./curves.js";
import type { PlotlyFigure } from "./figure.js";
import { frame, type Trace } from "./layout.js";
import { optimizerStyle } from "./palette.js";

/** How one optimizer with one form of penalty shrinks a scalar whose objective has no gradient. */
export interface DecayCurve {
  /** "Adam, L2" */
  name: string;
  /** As figures color it. */
  optimizer: string;
  /** Decoupled decay is drawn with open marks. */
  form: "l2" | "decoupled";
  /** Size of the scalar after 0, 1, 2, ... steps: the formula. */
  closedForm: readonly number[];
  /** The same by steps of this library's optimizer. */
  stepped: readonly number[];
}

export interface DecayOptions {
  /** Settings that all curves share: "learning rate 0.01, λ = 10^-3, gradient 0". */
  settings: string;
}

/** Values that are drawn of a line of thousands. */
const drawnPoints = 800;
const drawnMarks = 16;

/**
 * Decay of a scalar without gradient under several optimizers: the closed form a line, the optimizers' own steps marks
 * on it. Log scale. Throws `UserError` without curves or with lengths that differ within a curve.
 */
export function decayCurves(curves: readonly DecayCurve[], { settings }: DecayOptions): PlotlyFigure {
  if (curves.length === 0) throw new UserError("No decay curves to draw. Expected at least one.");
  for (const { name, closedForm, stepped } of curves) {
    if (closedForm.length !== stepped.length || closedForm.length < 2) {
      throw new UserError(
        `Decay curve "${name}" has ${closedForm.length} values in closed form and ${stepped.length} stepped. Expected equally many, two or more.`,
      );
    }
  }
  const steps = Math.max(...curves.map(({ closedForm }) => closedForm.length - 1));
  const positive = curves.flatMap(({ closedForm }) => closedForm.map(Math.abs).filter((value) => value > 0));
  const least = Math.max(-6, Math.min(-4, Math.floor(Math.log10(positive.reduce((a, b) => Math.min(a, b))))));
  const top = Math.ceil(Math.log10(positive.reduce((a, b) => Math.max(a, b))) * 10) / 10;
  const plotHeight = 380;
  const layout = frame({
    title: "How fast a scale decays once its filter has no gradient",
    subtitle: [
      `${settings}. Line: closed form; marks: this library's optimizer, step by step. Lower: closer to dead by scale (dotted). The lower edge holds everything below it, 0 included.`,
    ],
    plotHeight,
    legend: false,
    panelNames: false,
    right: 150,
  });
  const floor = 10 ** least;
  const ends = curves.map(({ name, closedForm }) => ({
    text: name,
    value: Math.log10(Math.max(floor, Math.abs(closedForm.at(-1)!))),
  }));
  return {
    data: curves.flatMap((curve) => curveOf(curve, floor)),
    layout: {
      ...layout,
      xaxis: { title: { text: "Optimizer step" }, range: [0, steps], tickformat: ",d", showgrid: false },
      yaxis: {
        type: "log",
        title: { text: "Size of the scalar (log scale)" },
        range: [least - 0.1, top + 0.1],
        dtick: 1,
        exponentformat: "power",
      },
      shapes: [
        {
          type: "line",
          xref: "paper",
          x0: 0,
          x1: 1,
          y0: 1e-3,
          y1: 1e-3,
          line: { color: "#262626", width: 1, dash: "dot" },
        },
      ],
      annotations: endLabels(ends, {
        axes: { x: "x", y: "y" },
        at: steps,
        range: top - least,
        height: plotHeight,
        merged: false,
      }),
    },
  };
}

function curveOf({ name, optimizer, form, closedForm, stepped }: DecayCurve, floor: number): Trace[] {
  const { color, dash, symbol } = optimizerStyle(optimizer);
  const places = (count: number) => {
    const stride = Math.max(1, Math.floor((closedForm.length - 1) / count));
    return [...closedForm.keys()].filter((step) => step % stride === 0);
  };
  const value = (values: readonly number[]) => (step: number) =>
    Number(Math.max(floor, Math.abs(values[step]!)).toPrecision(5));
  const lineSteps = places(drawnPoints);
  const markSteps = places(drawnMarks);
  const common = { type: "scatter", name, showlegend: false };
  return [
    {
      ...common,
      mode: "lines",
      x: lineSteps,
      y: lineSteps.map(value(closedForm)),
      line: { color, dash: form === "l2" ? "solid" : dash === "solid" ? "8px,4px" : dash },
      hovertemplate: `${name}, closed form<br>step %{x:,d}: %{y:.2e}<extra></extra>`,
    },
    {
      ...common,
      mode: "markers",
      x: markSteps,
      y: markSteps.map(value(stepped)),
      marker: {
        color,
        symbol: form === "l2" ? symbol : `${symbol}-open`,
        size: 8,
        line: { color, width: 1.5 },
      },
      hovertemplate: `${name}, stepped<br>step %{x:,d}: %{y:.2e}<extra></extra>`,
    },
  ];
}
