import { describeData, describeSeeds } from "../study/describe.js";
import { deadShare, type Setting, targets, testError } from "../tables/recipes.js";
import type { PlotlyFigure } from "./figure.js";
import { frame, type Trace } from "./layout.js";
import { optimizerStyle } from "./palette.js";

/** Test error against the share of dead filters of every setting, with the shares that recipes look for as bands. */
export function errorAgainstDead(settings: readonly Setting[]): PlotlyFigure {
  const items = settings.map(({ item }) => item);
  const optimizers = [...new Set(items.map(({ arm }) => arm.optimizer))];
  const errors = settings.map(testError);
  const [least, most] = [Math.min(...errors), Math.max(...errors)];
  return {
    data: optimizers.map((optimizer): Trace => {
      const own = settings.filter(({ item }) => item.arm.optimizer === optimizer);
      const { color, symbol } = optimizerStyle(optimizer);
      return {
        type: "scatter",
        mode: "markers",
        name: optimizer,
        x: own.map(deadShare),
        y: own.map(testError),
        text: own.map(({ item, notebooks }) => `${item.arm.label} (${notebooks.join(", ")})`),
        marker: {
          color,
          symbol: own.map(({ item: { arm } }) =>
            arm.lambda > 0 && arm.config.penalty.kind === "decoupled" ? `${symbol}-open` : symbol,
          ),
          size: 9,
          opacity: 0.85,
          line: { color, width: 1.5 },
        },
        hovertemplate: "%{text}<br>dead %{x:.1f} %, test error %{y:.1f} %<extra></extra>",
      };
    }),
    layout: {
      ...frame({
        title: "Test error against dead filters: every setting on record",
        subtitle: [
          `${describeSeeds(items)}; marks: means over seeds; open: decoupled decay. Grey: the shares that the recipes look for.`,
          describeData(items),
        ],
        plotHeight: 400,
        legendLines: Math.ceil(optimizers.length / 6),
        panelNames: false,
      }),
      xaxis: { title: { text: "Filters inactive by activation at the end (%)" }, range: [-3, 100] },
      yaxis: {
        title: { text: "Test error (%, lower is better)" },
        range: [least - 2, Math.min(most + 2, least + 32)],
      },
      shapes: targets.map(({ from, to }) => ({
        type: "rect",
        xref: "x",
        yref: "y domain",
        x0: from === 0 ? -1 : from,
        x1: to,
        y0: 0,
        y1: 1,
        fillcolor: "#E8E8E8",
        line: { width: 0 },
        layer: "below",
      })),
    },
  };
}
