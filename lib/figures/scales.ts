import { mean } from "../statistics.js";
import { lambdaText } from "../study/describe.js";
import type { Annotation, Axis, Shape } from "./plotly.js";
import { textWidth } from "./text.js";

/** Where values stand along an axis, and what Plotly needs to draw it. */
export interface Scale {
  /** Range and ticks, without title. */
  axis: Axis;
  /** A value as traces have it. */
  place(value: unknown): number;
  /** Where values that are not finite are put: the far end, as `place` gives it. */
  end: number;
  /** Shift of series `rank` of `count` that stand beside each other at one value. */
  dodge(rank: number, count: number): number;
  /** Shift of seeds beside their mean. */
  nudge(count: number): number;
  /** A value in words: "λ = 0.001". */
  tell(value: unknown): string;
  /** The mean as the axis has it: geometric on a logarithmic one. */
  mean(values: readonly number[]): number;
  /** A place as annotations have it, which Plotly takes as a logarithm on a logarithmic axis. */
  mark(place: number): number;
  /** Whether a line joins neighbors: not across a break. */
  joins(a: unknown, b: unknown): boolean;
  /** What is drawn besides ticks, on axes named "x" and "y". */
  decorate?: { shapes: Shape[]; annotations: Annotation[] };
}

/** A scale for the values that stand along an axis. */
export type ScaleOf = (values: readonly unknown[]) => Scale;

const finite = (values: readonly unknown[]): number[] => (values as number[]).filter(Number.isFinite);
const ends = (values: readonly number[], otherwise: [number, number] = [0, 1]): [number, number] =>
  values.length > 0
    ? [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
    : otherwise;
const distinct = (values: readonly unknown[]): number[] => [...new Set(finite(values))].sort((a, b) => a - b);

/** A scale that places numbers as they are, on an axis with this range. */
function plain([from, to]: [number, number], more: Partial<Scale> = {}): Scale {
  const span = to - from;
  return {
    axis: { range: [from, to] },
    place: Number,
    end: to,
    dodge: (rank, count) => (rank - (count - 1) / 2) * 0.03 * span,
    nudge: () => 0.02 * span,
    tell: String,
    mean,
    mark: Number,
    joins: () => true,
    ...more,
  };
}

export interface LinearOptions {
  /** Ends of the axis. Default: the data's, with room. */
  from?: number;
  to?: number;
  /** Room as a share of what the data span. Default 0.05; at least `leastPad`. */
  pad?: number;
  leastPad?: number;
  /** Ends that room does not go beyond, e.g. [0, 100] for shares. */
  within?: [number, number];
  /** Values that have to be on the axis besides the data. */
  holds?: readonly number[];
  axis?: Axis;
  tell?: (value: number) => string;
}

/** A linear axis. */
export const linear =
  ({
    from,
    to,
    pad = 0.05,
    leastPad = 0,
    within = [-Infinity, Infinity],
    holds = [],
    axis,
    tell,
  }: LinearOptions = {}): ScaleOf =>
  (values) => {
    const [low, high] = ends([...finite(values), ...holds]);
    const room = Math.max(leastPad, pad * (high - low || 1));
    const range: [number, number] = [
      from ?? Math.max(within[0], low - room),
      to ?? Math.min(within[1], high + room),
    ];
    return plain(range, {
      axis: { range, ...axis },
      ...(tell && { tell: (value) => tell(value as number) }),
    });
  };

/** Steps of training, from the first. */
export const steps: ScaleOf = linear({
  from: 0,
  pad: 0,
  axis: { tickformat: ",d", showgrid: false, nticks: 6 },
});

/** Shares in %, from none to all of them or a rounder part where all are small. */
export const share: ScaleOf = (values) => {
  const [, most] = ends(finite(values), [0, 0]);
  return plain([0, most > 40 ? 100 : Math.max(10, 10 * Math.ceil((most * 1.15) / 10))]);
};

/** With more strengths than this only 0 and powers of ten are named; the others keep their ticks. */
const mostStrengths = 7;

/**
 * Penalty strengths on a logarithmic axis, each a tick. 0, which has no logarithm, stands apart behind a marked break: a
 * decade, or less where there is room for less, below the smallest.
 */
export const penalty: ScaleOf = (values) => {
  const lambdas = distinct(values);
  const [low, high] = ends(lambdas.filter((lambda) => lambda > 0).map(Math.log10), [0, 0]);
  const positive = lambdas.filter((lambda) => lambda > 0).length;
  const zero = low - Math.max(0.7, 0.22 * (high - low));
  const place = (value: unknown) => (value === 0 ? zero : Math.log10(value as number));
  const first = lambdas.includes(0) ? zero : low;
  const last = positive > 0 ? high : zero;
  const margin = Math.max(0.25, 0.08 * (last - first));
  const isNamed = (lambda: number) =>
    positive <= mostStrengths || lambda === 0 || Number.isInteger(Math.log10(lambda));
  const range: [number, number] = [first - margin, last + margin];
  const named = lambdas.map((lambda) => (isNamed(lambda) ? lambdaText(lambda) : ""));
  return plain(range, {
    axis: { range, tickvals: lambdas.map(place), ticktext: named, tickangle: 0, showgrid: false },
    place,
    dodge: (rank, count) => (rank - (count - 1) / 2) * Math.min(0.12, 0.3 / count) - 0.02,
    nudge: () => 0.05,
    tell: (value) => `λ = ${value}`,
    joins: (a, b) => (a === 0) === (b === 0),
    ...(lambdas.includes(0) && positive > 0 && { decorate: breakAt((zero + low) / 2) }),
  });
};

/** Two strokes over the axis line that say "broken here", and a faint line between 0 and the rest. */
const breakAt = (x: number): NonNullable<Scale["decorate"]> => ({
  shapes: [
    {
      ...{ type: "line", xref: "x", yref: "y domain", x0: x, x1: x, y0: 0.02, y1: 1, layer: "below" },
      line: { color: "#BFBFBF", width: 1, dash: "dot" },
    },
  ],
  annotations: [
    {
      ...{ text: "<b>//</b>", xref: "x", yref: "y domain", x, y: 0, yanchor: "middle", showarrow: false },
      ...{ bgcolor: "#FFFFFF", borderpad: 0 },
    },
  ],
});

export interface TickedOptions {
  /** Text of a tick. Default: the value. */
  text?: (value: number) => string;
  tell?: (value: number) => string;
}

/** Base-2 logarithms with a tick at each value. */
export const ticked =
  ({ text = String, tell = text }: TickedOptions = {}): ScaleOf =>
  (values) => {
    // Values that read the same are one tick.
    const own = [...new Map(distinct(values).map((value) => [text(value), value])).values()];
    const place = (value: unknown) => Math.log2(value as number);
    const [low, high] = ends(own.map(place));
    const span = Math.max(1, high - low);
    const middle = (low + high) / 2;
    const range: [number, number] = [middle - 0.6 * span, middle + 0.6 * span];
    return plain(range, {
      axis: { range, tickvals: own.map(place), ticktext: own.map(text), tickangle: 0, showgrid: false },
      place,
      dodge: (rank, count) => (rank - (count - 1) / 2) * 0.045 * span,
      nudge: () => 0.02 * span,
      tell: (value) => tell(value as number),
    });
  };

export interface LogOptions {
  /** Room in decades. */
  pad?: number;
  /** Values below stand here: a logarithm has no place for 0. */
  floor?: number;
  /** Ticks with names of their own. Default: one a decade, as a power. */
  ticks?: readonly number[];
  text?: (value: number) => string;
  range?: [number, number];
  /** Values that have to be on the axis besides the data. */
  holds?: readonly number[];
  /** Whether means are geometric, for quantities that differ by factors. Default false. */
  geometric?: boolean;
  /** Whether there are ticks between decades. Default true. */
  minor?: boolean;
}

/** A logarithmic axis whose traces keep their values. */
export const log =
  ({
    pad = 0.15,
    floor,
    ticks,
    text = String,
    range: given,
    holds = [],
    geometric = false,
    minor = true,
  }: LogOptions = {}): ScaleOf =>
  (values) => {
    const positive = [...finite(values), ...holds].filter((value) => value > 0);
    const [low, high] = ends(positive.map(Math.log10), [-1 + pad, 1 - pad]);
    const range = given ?? [low - pad, high + pad];
    const place = (value: unknown) => (floor === undefined ? Number(value) : Math.max(floor, Number(value)));
    return plain(range, {
      axis: {
        ...{ type: "log", range },
        ...(ticks
          ? { tickvals: [...ticks], ticktext: ticks.map(text), tickangle: 0 }
          : { dtick: 1, exponentformat: "power", ...(minor && { minor: { ticks: "outside" } }) }),
      },
      place,
      end: 10 ** range[1],
      ...(geometric && { mean: (own) => 10 ** mean(own.map(Math.log10)) }),
      mark: (at) => Math.log10(at),
    });
  };

/** Names in the order given, or of appearance; downwards, for a vertical axis. */
export const names =
  (order?: readonly string[], axis: Axis = {}): ScaleOf =>
  (values) => {
    const own = order ?? [...new Set(values as string[])];
    const range: [number, number] = [own.length - 0.5, -0.5];
    return plain(range, {
      axis: {
        ...{
          range,
          tickvals: own.map((_, i) => i),
          ticktext: [...own],
          ticklabelstandoff: 6,
          ticks: "",
          showgrid: true,
        },
        ...axis,
      },
      place: (value) => own.indexOf(value as string),
      dodge: (rank, count) => (rank - (count - 1) / 2) * (0.62 / count),
      nudge: (count) => 0.3 / count,
    });
  };

/** Layers in order of depth, by their names; values are depths from 0. */
export const layers =
  (
    own: readonly string[],
    { pad = [0.2, 0.2], axis = {} }: { pad?: [number, number]; axis?: Axis } = {},
  ): ScaleOf =>
  () =>
    plain([-pad[0], own.length - 1 + pad[1]], {
      axis: {
        range: [-pad[0], own.length - 1 + pad[1]],
        ...{ tickvals: own.map((_, i) => i), ticktext: [...own], showgrid: false },
        ...axis,
      },
      tell: (value) => own[value as number] ?? String(value),
    });

/** Categories in the order given, left to right. */
export const categories = (own: readonly string[], axis: Axis = {}): ScaleOf =>
  layers(own, { pad: [0.5, 0.5], axis });

/** An axis that is given as it is, for values placed by the caller. */
export const fixed =
  (axis: Axis & { range: [number, number] }, more: Partial<Scale> = {}): ScaleOf =>
  () =>
    plain(axis.range, { axis, ...more });

export const labelRoom = (texts: readonly string[]): number =>
  Math.max(0, ...texts.map((text) => textWidth(text, 13))) + 12;
