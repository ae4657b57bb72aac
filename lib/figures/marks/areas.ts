import { aboveWide, wideOnly } from "../arrange.js";
import type { Annotation, Trace } from "../plotly.js";
import { meanAndRange } from "./curves.js";
import { finals } from "./estimates.js";
import { grouped, hoverValue, type Mark, type Panel } from "./mark.js";

export interface BarsOptions {
  /** In the unit of the x axis. Default: Plotly's own, side by side. */
  width?: number;
  /** Color by place. Default: the series'. */
  color?: (at: number) => string;
  /** Whether a thin line goes from the lowest to the highest seed. Default true. */
  spread?: boolean;
  /** Plotly's pattern of a series, for print: "/". */
  pattern?: (name: string) => "" | "/" | "x";
  legend?: boolean;
  /** First part of the hover. Default: panel and series. */
  label?: string;
}

/** A bar at every place, as high as the mean of the seeds. */
export const bars = (options: BarsOptions = {}): Mark<object> => ({
  draw: (series, panel) => ({
    traces: series.map(({ name, look, rows }): Trace => {
      const { width, color, spread = true, pattern, legend = false } = options;
      const points = grouped(rows, panel.x.of)
        .map(([at, own]) => ({
          at: panel.x.scale.place(at),
          tell: panel.x.scale.tell(at),
          values: finals(own, panel.y.of),
        }))
        .filter(({ values }) => values.length > 0)
        .map(({ values, ...point }) => ({ ...point, ...meanAndRange(values) }));
      const fill = color ? points.map(({ at }) => color(at)) : look.color;
      return {
        type: "bar",
        name,
        legendgroup: name,
        showlegend: legend,
        x: points.map(({ at }) => at),
        y: points.map(({ middle }) => middle),
        ...(width !== undefined && { width }),
        marker: {
          color: fill,
          ...(pattern && {
            pattern: { shape: pattern(name), fgcolor: "#595959", bgcolor: look.color, size: 6 },
            line: { color: "#595959", width: 0.7 },
          }),
        },
        ...(spread && {
          error_y: {
            ...{ type: "data", symmetric: false, thickness: 1, width: 0, color: "#7A7A7A" },
            array: points.map(({ high, middle }) => high - middle),
            arrayminus: points.map(({ low, middle }) => middle - low),
          },
        }),
        text: points.map(({ tell }) => tell),
        textposition: "none",
        hovertemplate: `${[panel.name, name].filter(Boolean).join(", ")}<br>%{text}: ${hoverValue("y", panel.y)}<extra></extra>`,
      };
    }),
  }),
});

export interface CellsOptions<R> {
  /** What the shade tells. */
  value: (row: R) => number;
  range: [number, number];
  colors: [at: number, color: string][];
  /** Title of the color bar. */
  title: string;
  unit?: string;
  /** Color of the numbers on a shade. */
  ink: (value: number) => string;
}

/** A cell at each pair of x and y: the mean of the seeds in numbers and as a shade, below it their range. */
export const cells = <R extends object>({
  value,
  range,
  colors,
  title,
  unit = " %",
  ink,
}: CellsOptions<R>): Mark<R> => ({
  shade: { of: value, title, unit },
  draw: (_series, { rows, x, y }) => {
    const places = (of: Panel<R>["x"]) =>
      [...new Set(rows.map((row) => of.scale.place(of.of(row))))].sort((a, b) => a - b);
    const [across, down] = [places(x), places(y)];
    const found = new Map(
      grouped(rows, (row) => `${x.scale.place(x.of(row))}/${y.scale.place(y.of(row))}`).map(([key, own]) => {
        const values = finals(own, value);
        return [key, values.length > 0 ? meanAndRange(values) : undefined] as const;
      }),
    );
    const at = (row: number, column: number) => found.get(`${column}/${row}`);
    return {
      traces: [
        {
          type: "heatmap",
          x: across,
          y: down,
          z: down.map((row) => across.map((column) => at(row, column)?.middle ?? null)),
          customdata: down.map((row) =>
            across.map((column) => `${y.scale.tell(row)}, ${x.scale.tell(column)}`),
          ),
          zmin: range[0],
          zmax: range[1],
          colorscale: colors,
          xgap: 2,
          ygap: 2,
          colorbar: {
            title: { text: `${title}<br> `, side: "top", font: { size: 13 } },
            tickfont: { size: 12 },
            ...{ thickness: 14, outlinewidth: 1, outlinecolor: "#8C8C8C", nticks: 5 },
          },
          hovertemplate: `%{customdata}: %{z:.1f}${unit}<extra></extra>`,
        },
      ],
      // What has no value is grey.
      shapes: [
        {
          ...{
            type: "rect",
            xref: "x domain",
            yref: "y domain",
            x0: 0,
            x1: 1,
            y0: 0,
            y1: 1,
            layer: "below",
          },
          fillcolor: "#E4E4E4",
          line: { width: 0 },
        },
      ],
      annotations: down.flatMap((row) =>
        across.flatMap((column): Annotation[] => {
          const cell = at(row, column);
          if (!cell) return [];
          const [low, middle, high] = [cell.low, cell.middle, cell.high].map((one) => one.toFixed(0));
          const common = { xref: "x", yref: "y", x: column, y: row, showarrow: false } as const;
          const color = ink(cell.middle);
          const mean = { ...common, text: `<b>${middle}</b>`, font: { color } };
          if (low === high) return [mean];
          const spread = {
            ...common,
            name: wideOnly,
            text: `${low}–${high}`,
            yshift: -9,
            font: { color, size: 10 },
          };
          return [{ ...mean, name: aboveWide, yshift: 6 }, spread];
        }),
      ),
    };
  },
});
