import { lambdaText } from "../study/describe.js";
import type { Axis } from "./layout.js";

export interface PenaltyAxis {
  /** Place of a lambda on the axis: its decimal logarithm, or the place kept for 0. */
  position(lambda: number): number;
  axis: Axis;
  /** Where the axis is broken between 0 and the smallest positive lambda; undefined without a 0. */
  breakAt?: number;
}

/** With more strengths than this the axis names only 0 and powers of ten; the others keep their ticks. */
const mostLabels = 7;

const isPowerOfTen = (lambda: number): boolean => lambda === 0 || Number.isInteger(Math.log10(lambda));

/**
 * A logarithmic axis of penalty strengths with a place of its own for 0, which a logarithm does not have: one
 * decade below the smallest positive lambda, behind a marked break.
 */
export function penaltyAxis(lambdas: number[]): PenaltyAxis {
  const positive = lambdas.filter((lambda) => lambda > 0).map(Math.log10);
  const least = positive.length > 0 ? Math.min(...positive) : 0;
  const most = positive.length > 0 ? Math.max(...positive) : 0;
  const zero = least - Math.max(0.7, 0.22 * (most - least));
  const hasZero = lambdas.includes(0);
  const position = (lambda: number) => (lambda === 0 ? zero : Math.log10(lambda));
  const first = hasZero ? zero : least;
  const last = positive.length > 0 ? most : zero;
  const crowded = positive.length > mostLabels;
  const margin = Math.max(0.25, 0.08 * (last - first));
  return {
    position,
    ...(hasZero && positive.length > 0 ? { breakAt: (zero + least) / 2 } : {}),
    axis: {
      title: { text: "Penalty strength λ (log scale, 0 set apart)" },
      range: [first - margin, last + margin],
      tickvals: lambdas.map(position),
      ticktext: lambdas.map((lambda) => (crowded && !isPowerOfTen(lambda) ? "" : lambdaText(lambda))),
      showgrid: false,
    },
  };
}

/** The two strokes over the axis line that say "broken here", and a faint line between 0 and the rest. */
export function breakMarks(breakAt: number | undefined, { xref, yref }: { xref: string; yref: string }) {
  if (breakAt === undefined) return { shapes: [], annotations: [] };
  const line = {
    type: "line",
    xref,
    yref: `${yref} domain`,
    x0: breakAt,
    x1: breakAt,
    y0: 0.02,
    y1: 1,
    line: { color: "#BFBFBF", width: 1, dash: "dot" },
    layer: "below",
  };
  const strokes = {
    text: "<b>//</b>",
    xref,
    yref: `${yref} domain`,
    x: breakAt,
    y: 0,
    yanchor: "middle",
    showarrow: false,
    bgcolor: "#FFFFFF",
    borderpad: 0,
  };
  return { shapes: [line], annotations: [strokes] };
}
