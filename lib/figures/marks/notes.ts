import type { Annotation, Dash, Shape } from "../plotly.js";
import type { Mark, Panel } from "./mark.js";

export interface RuleOptions {
  color?: string;
  dash?: string;
  width?: number;
  /** Whether it covers what is drawn. Default false. */
  front?: boolean;
}

/** A straight line across the panel at a value of one axis, or from one point to another. */
export const rule = (
  at: { x: number } | { y: number } | { from: [x: number, y: number]; to: [x: number, y: number] },
  { color = "#262626", dash = "solid", width = 1.5, front = false }: RuleOptions = {},
): Mark<object> => ({
  draw: () => ({
    shapes: [
      {
        type: "line",
        ...placed(at),
        line: { color, dash: dash as Dash, width },
        layer: front ? "above" : "below",
      },
    ],
  }),
});

function placed(at: Parameters<typeof rule>[0]): Shape {
  if ("x" in at) return { xref: "x", yref: "y domain", x0: at.x, x1: at.x, y0: 0, y1: 1 };
  if ("y" in at) return { xref: "x domain", yref: "y", x0: 0, x1: 1, y0: at.y, y1: at.y };
  return { xref: "x", yref: "y", x0: at.from[0], y0: at.from[1], x1: at.to[0], y1: at.to[1] };
}

/** A grey area from one value of an axis to another, all across the panel. */
export const zone = (
  from: number,
  to: number,
  color = "#E8E8E8",
  { along = "x" }: { along?: "x" | "y" } = {},
): Mark<object> => {
  const placed: Shape =
    along === "x"
      ? { xref: "x", yref: "y domain", x0: from, x1: to, y0: 0, y1: 1 }
      : { xref: "x domain", yref: "y", x0: 0, x1: 1, y0: from, y1: to };
  return {
    draw: () => ({
      shapes: [{ type: "rect", ...placed, layer: "below", fillcolor: color, line: { width: 0 } }],
    }),
  };
};

/** A text in each panel, at shares of its width and height from the lower left; none where it is empty. */
export const label = <R>(
  text: string | ((panel: Panel<R>) => string),
  { x, y, ...more }: Annotation & { x: number; y: number },
): Mark<R> => ({
  draw: (_series, panel) => {
    const own = typeof text === "string" ? text : text(panel);
    if (!own) return {};
    const anchors = {
      xanchor: x < 0.4 ? "left" : x > 0.6 ? "right" : "center",
      yanchor: y < 0.4 ? "bottom" : y > 0.6 ? "top" : "middle",
    } as const;
    return {
      annotations: [
        { text: own, xref: "x domain", yref: "y domain", x, y, ...anchors, showarrow: false, ...more },
      ],
    };
  },
});
