import { arrange, narrowWidth } from "../../figures/arrange.js";
import type { PlotlyFigure } from "../../figures/figure.js";

/** What of Plotly the page uses. */
export interface PlotlyGlobal {
  newPlot(
    element: HTMLElement,
    data: PlotlyFigure["data"],
    layout: PlotlyFigure["layout"],
    config: PlotlyFigure["config"],
  ): Promise<unknown>;
  purge(element: HTMLElement): void;
  /** The picture as the address of its data. */
  toImage(
    figure: PlotlyFigure,
    options: { format: "svg" | "png"; width: number; height: number; scale: number },
  ): Promise<string>;
}

/**
 * Draws a figure in its place: in a wide one in the size of its picture, in a narrow one, as on a phone, with its panels
 * below each other, where a finger scrolls the page and a tap shows values. Drawn anew where the window's width changes.
 * `head`: whether title and subtitle are part of it.
 */
export async function drawInPlace(
  library: PlotlyGlobal,
  stage: HTMLElement,
  figure: PlotlyFigure,
  { head }: { head: boolean },
) {
  const plot = document.createElement("div");
  plot.className = "plot";
  stage.append(plot);
  const place = stage.parentElement!;
  const natural = Number(figure.layout.width ?? 900);
  let width = place.clientWidth;
  const draw = () => {
    // Plotly writes into what it draws.
    const { data, layout } = structuredClone(
      arrange(figure, { width: width < narrowWidth ? width : natural, head }),
    );
    if (width >= narrowWidth) {
      // The picture keeps the size of its place, whatever the width; so does the plot.
      const wide = { ...layout, autosize: true };
      delete wide.width;
      delete wide.height;
      return library.newPlot(plot, data, wide, {
        responsive: true,
        displaylogo: false,
        // As wide as legends leave free at the right; pictures are below the figure.
        modeBarButtons: [["zoom2d", "pan2d", "resetScale2d"]],
      });
    }
    stage.style.setProperty("--narrow-width", `${layout.width}px`);
    stage.style.setProperty("--narrow-height", `${layout.height}px`);
    return library.newPlot(plot, data, { ...layout, dragmode: false }, { displayModeBar: false });
  };
  await draw();
  addEventListener("resize", () => {
    const before = width;
    width = place.clientWidth;
    // A wide plot follows the window by itself.
    if (width === before || (width >= narrowWidth && before >= narrowWidth)) return;
    library.purge(plot);
    void draw();
  });
}
