import { expect, it } from "vitest";
import { withVectorCells } from "../../lib/export/vector-cells.js";
import type { PlotlyFigure } from "../../lib/figures/figure.js";

const heatmap = (more: object): PlotlyFigure => ({
  data: [
    {
      type: "heatmap",
      x: [0, 1],
      y: ["a", "b", "c"],
      z: [
        [0, 10],
        [0, null],
        [5, 10],
      ],
      ...{
        zmin: 0,
        zmax: 10,
        colorscale: [
          [0, "#000000"],
          [1, "#ffffff"],
        ],
      },
      ...more,
    },
  ],
  layout: {},
});

it("a heatmap becomes rectangles in its colors, cells of one color in a column as one", () => {
  const { data, layout } = withVectorCells(heatmap({}));
  const rects = layout.shapes!.map(({ x0, x1, y0, y1, fillcolor }) => [x0, x1, y0, y1, fillcolor]);
  expect(rects).toEqual([
    [-0.5, 0.5, -0.5, 1.5, "#000000"],
    [-0.5, 0.5, 1.5, 2.5, "#808080"],
    // Nothing where there is no value.
    [0.5, 1.5, -0.5, 0.5, "#ffffff"],
    [0.5, 1.5, 1.5, 2.5, "#ffffff"],
  ]);
  expect(data[0]).toMatchObject({ opacity: 0 });
});

it("cells that have gaps stay apart, and what is no grid of colors stays as it is", () => {
  expect(withVectorCells(heatmap({ xgap: 2, ygap: 2 })).layout.shapes).toHaveLength(5);
  const named = heatmap({ colorscale: "Viridis" });
  expect(withVectorCells(named)).toBe(named);
  const lines: PlotlyFigure = { data: [{ type: "scatter", x: [1], y: [2] }], layout: {} };
  expect(withVectorCells(lines)).toBe(lines);
});
