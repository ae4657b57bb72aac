import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findBrowser } from "../export/browser.js";
import { renderPictures } from "../export/render.js";
import { arrange } from "../figures/arrange.js";
import type { PlotlyFigure } from "../figures/figure.js";
import { keptDrawing } from "./figure-files.js";

export interface NarrowPicture {
  src: string;
  width: number;
  height: number;
}

/** What a phone of 390 pixels leaves for a figure. */
const phone = 350;

/**
 * A figure drawn for a phone, its panels below each other, as a picture: for a page where it is not drawn when it comes
 * into sight. Written into the site's `figures/` as `<name>.narrow.svg`; undefined where no browser could draw.
 */
export async function narrowPicture(
  { bare, name }: { bare: PlotlyFigure; name: string },
  site: string,
): Promise<NarrowPicture | undefined> {
  if (findBrowser() === undefined) return undefined;
  // As `drawInPlace` does it in the page.
  const figure = arrange(bare, { width: phone, head: false });
  const svg = await keptDrawing(figure, async () => {
    const { pictures } = await renderPictures(figure, { formats: ["svg"] });
    return { "narrow.svg": pictures.svg! };
  });
  const src = `figures/${name}.narrow.svg`;
  await writeFile(join(site, src), svg["narrow.svg"]!);
  const { width = phone, height = 500 } = figure.layout;
  return { src, width, height };
}
