import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findBrowser } from "../export/browser.js";
import { measureLegend, renderPictures } from "../export/render.js";
import type { PlotlyFigure } from "../figures/figure.js";
import { stackPanels } from "../figures/stack-panels.js";
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
  const left = Number((bare.layout.margin as { l?: number } | undefined)?.l ?? 0);
  // As `drawInPlace` does it in the page.
  const width = Math.max(phone, left + 150);
  const legendHeight =
    bare.layout.showlegend === false
      ? 0
      : await measureLegend(stackPanels(structuredClone(bare), { width, legendHeight: 0 }), "screen");
  const figure = stackPanels(structuredClone(bare), { width, legendHeight });
  const svg = await keptDrawing(figure, async () => {
    const { pictures } = await renderPictures(figure, { formats: ["svg"] });
    return { "narrow.svg": pictures.svg! };
  });
  const src = `figures/${name}.narrow.svg`;
  await writeFile(join(site, src), svg["narrow.svg"]!);
  return { src, width, height: Number(figure.layout.height) };
}
