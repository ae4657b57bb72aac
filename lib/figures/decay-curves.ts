import { UserError } from "../errors.js";
import { chart } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { band, dot, only, rule } from "./marks/index.js";
import { optimizerStyle } from "./palette.js";
import { log, steps } from "./scales.js";

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

interface Row {
  name: string;
  kind: "closed form" | "stepped";
  step: number;
  size: number;
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
  const positive = curves.flatMap(({ closedForm }) => closedForm.map(Math.abs).filter((value) => value > 0));
  const least = Math.max(-6, Math.min(-4, Math.floor(Math.log10(positive.reduce((a, b) => Math.min(a, b))))));
  const top = Math.ceil(Math.log10(positive.reduce((a, b) => Math.max(a, b))) * 10) / 10;
  const looks = new Map(
    curves.map(({ name, optimizer, form }) => {
      const look = optimizerStyle(optimizer);
      return [
        name,
        form === "decoupled"
          ? { ...look, dash: look.dash === "solid" ? "8px,4px" : look.dash, symbol: `${look.symbol}-open` }
          : { ...look, dash: "solid" },
      ];
    }),
  );
  const some = (values: readonly number[], count: number) => {
    const stride = Math.max(1, Math.floor((values.length - 1) / count));
    return [...values.entries()]
      .filter(([step]) => step % stride === 0)
      .map(([step, value]) => ({
        step,
        size: Number(Math.max(10 ** least, Math.abs(value)).toPrecision(5)),
      }));
  };
  return chart({
    title: "How fast a scale decays once its filter has no gradient",
    reading: `${settings}. Line: closed form; marks: this library's optimizer, step by step. Lower: closer to dead by scale (dotted). The lower edge holds everything below it, 0 included.`,
    rows: curves.flatMap(({ name, closedForm, stepped }) => [
      ...some(closedForm, drawnPoints).map((point) => ({ ...point, name, kind: "closed form" as const })),
      ...some(stepped, drawnMarks).map((point) => ({ ...point, name, kind: "stepped" as const })),
    ]),
    x: { of: "step", scale: steps, title: "Optimizer step" },
    y: {
      of: "size",
      scale: log({ floor: 10 ** least, range: [least - 0.1, top + 0.1], minor: false }),
      title: "Size of the scalar (log scale)",
      digits: 5,
    },
    series: { of: "name", look: (name) => looks.get(name)! },
    marks: [
      rule({ y: 1e-3 }, { width: 1, dash: "dot", front: true }),
      only(({ kind }: Row) => kind === "closed form", band({ labels: {} })),
      only(
        ({ kind }: Row) => kind === "stepped",
        dot<Row>({
          text: ({ name }) => `${name}, stepped`,
          hover: "step %{x:,d}: %{y:.2e}",
          size: 8,
          outline: 1.5,
        }),
      ),
    ],
    legend: false,
    height: 380,
  });
}
