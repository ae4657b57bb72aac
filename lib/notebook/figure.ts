import { UserError } from "../errors.js";
import type { PlotlyFigure } from "../figures/figure.js";
import { inNotebook, type MimeBundle, type MimeMetadata, needsPictures, show } from "./display.js";
import { type FigureOrigin, originKey } from "./origin.js";

export interface ShowFigureOptions {
  /** Name the figure is exported under. */
  name?: string;
  /** What the reader sees in it; Markdown, shown below. */
  caption?: string;
  /** What it was made from; readers of the notebook file find it in the output's metadata. */
  origin?: FigureOrigin;
}

let reported = false;

/**
 * Shows a figure, its caption below: interactive once its cell has run in JupyterLab, a picture where there is no
 * Plotly (GitHub, HTML exports) and in a saved notebook. Without a browser to draw the picture with, the figure is
 * interactive only, and its text says so once.
 */
export async function showFigure(
  figure: PlotlyFigure,
  { name, caption, origin }: ShowFigureOptions = {},
): Promise<void> {
  const text = [name && `Figure ${name}`, caption].filter(Boolean).join(": ") || "Figure";
  if (!inNotebook()) {
    show({ "text/plain": text });
    return;
  }
  // JupyterLab's Plotly renderer draws nothing interactive where it finds a picture, so that one comes second.
  const bundle: MimeBundle = { "application/vnd.plotly.v1+json": figure, "text/plain": text };
  const about: MimeMetadata = origin ? { [originKey]: { ...origin } } : {};
  const display = show(bundle, about);
  if (caption)
    show({ "text/markdown": name ? `**Figure ${name}.** ${caption}` : caption, "text/plain": text });
  if (!needsPictures()) return;
  const { width = 900, height = 500 } = figure.layout;
  try {
    const { renderFigure } = await import("../export/render.js");
    // At scale 1, for JupyterLab shows it at its natural size.
    const picture = await renderFigure(figure, { format: "png", scale: 1 });
    display.update(
      { ...bundle, "image/png": picture.toString("base64") },
      { ...about, "image/png": { width, height } },
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (!reported)
      display.update({ ...bundle, "text/plain": `${text} (no picture: ${error.message})` }, about);
    reported = true;
  }
}
