import type { PlotlyFigure } from "../../figures/figure.js";
import { stackPanels } from "../../figures/stack-panels.js";

/** What of Plotly the page uses. */
export interface PlotlyGlobal {
  newPlot(
    element: HTMLElement,
    data: unknown,
    layout: Record<string, unknown>,
    config: Record<string, unknown>,
  ): Promise<unknown>;
  purge(element: HTMLElement): void;
}

/** Pixels; in less, panels stand below each other. `figures.css` has the same. */
const narrow = 640;

/** Pixels that a drawing area has at least beside its labels; where a phone has fewer, the figure scrolls. */
const leastArea = 150;

/**
 * Draws a figure in its place: in a wide one in the size of its picture, in a narrow one, as on a phone, with its panels
 * below each other, where a finger scrolls the page and a tap shows values. Drawn anew where the window's width changes.
 */
export async function drawInPlace(library: PlotlyGlobal, stage: HTMLElement, figure: PlotlyFigure) {
  const plot = document.createElement("div");
  plot.className = "plot";
  stage.append(plot);
  const place = stage.parentElement!;
  let width = place.clientWidth;
  const draw = () =>
    width < narrow ? drawNarrow(library, plot, figure, width) : drawWide(library, plot, figure);
  await draw();
  addEventListener("resize", () => {
    const before = width;
    width = place.clientWidth;
    // A wide plot follows the window by itself.
    if (width === before || (width >= narrow && before >= narrow)) return;
    library.purge(plot);
    void draw();
  });
}

async function drawWide(library: PlotlyGlobal, plot: HTMLElement, figure: PlotlyFigure): Promise<void> {
  const { data, layout } = structuredClone(figure);
  // The picture keeps the size of its place, whatever the width; so does the plot.
  await library.newPlot(
    plot,
    data,
    { ...layout, width: undefined, height: undefined, autosize: true },
    { responsive: true, displaylogo: false, modeBarButtonsToRemove: ["select2d", "lasso2d"] },
  );
}

async function drawNarrow(
  library: PlotlyGlobal,
  plot: HTMLElement,
  figure: PlotlyFigure,
  width: number,
): Promise<void> {
  const left = Number((figure.layout.margin as { l?: number } | undefined)?.l ?? 0);
  const size = Math.max(width, left + leastArea);
  const stacked = (legendHeight: number) =>
    stackPanels(structuredClone(figure), { width: size, legendHeight });
  const show = ({ data, layout }: PlotlyFigure) => {
    const { style } = plot.parentElement!;
    style.setProperty("--narrow-width", `${size}px`);
    style.setProperty("--narrow-height", `${layout.height}px`);
    return library.newPlot(plot, data, { ...layout, dragmode: false }, { displayModeBar: false });
  };
  let legendHeight = 0;
  if (figure.layout.showlegend !== false) {
    // How many lines a legend takes, only Plotly knows.
    const { data, layout } = stacked(0);
    await show({ data: data.map(firstPoint), layout });
    legendHeight = plot.querySelector(".legend .bg")?.getBoundingClientRect().height ?? 0;
  }
  await show(stacked(legendHeight));
}

/** A trace with one mark: enough for its entry in the legend. */
const firstPoint = (trace: PlotlyFigure["data"][number]): PlotlyFigure["data"][number] => ({
  ...trace,
  ...Object.fromEntries(
    ["x", "y", "z"].flatMap((key) => (Array.isArray(trace[key]) ? [[key, trace[key].slice(0, 1)]] : [])),
  ),
});
