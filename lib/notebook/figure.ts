import { UserError } from "../errors.js";
import type { PlotlyFigure } from "../figures/figure.js";
import { inNotebook, type MimeBundle, show } from "./display.js";

export interface ShowFigureOptions {
  /** Name the figure is exported under. */
  name?: string;
  /** What the reader sees in it; Markdown, shown below. */
  caption?: string;
}

let reported = false;

/**
 * Shows a figure: interactive in JupyterLab, a picture where there is no Plotly (GitHub, HTML exports), its caption
 * below. Without a browser to draw the picture with, the figure is interactive only, and its text says so once.
 */
export async function showFigure(
  figure: PlotlyFigure,
  { name, caption }: ShowFigureOptions = {},
): Promise<void> {
  const text = [name && `Figure ${name}`, caption].filter(Boolean).join(": ") || "Figure";
  const bundle: MimeBundle = { "application/vnd.plotly.v1+json": figure, "text/plain": text };
  if (!inNotebook()) {
    show({ "text/plain": text });
    return;
  }
  try {
    const { renderFigure } = await import("../figures/render.js");
    // At scale 1, for JupyterLab shows it at its natural size until the interactive figure scrolls into view.
    bundle["image/png"] = (await renderFigure(figure, { format: "png", scale: 1 })).toString("base64");
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (!reported) bundle["text/plain"] = `${text} (no picture: ${error.message})`;
    reported = true;
  }
  const { width = 900, height = 500 } = figure.layout;
  show(bundle, "image/png" in bundle ? { "image/png": { width, height } } : {});
  if (caption)
    show({ "text/markdown": name ? `**Figure ${name}.** ${caption}` : caption, "text/plain": text });
}
