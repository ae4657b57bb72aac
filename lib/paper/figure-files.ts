import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { UserError } from "../errors.js";
import { browserHint, findBrowser } from "../export/browser.js";
import { pictureFormats, renderPictures } from "../export/render.js";
import type { PlotlyFigure } from "../figures/figure.js";
import { withTheme } from "../figures/theme.js";
import type { TidyRow } from "../figures/tidy.js";
import { rowsCsv } from "./figure-data.js";
import { keptFiles } from "./kept-files.js";
import { type FigureHead, withoutHead } from "./without-head.js";

const { version: plotlyVersion } = createRequire(import.meta.url)("plotly.js-dist/package.json") as {
  version: string;
};

/** A figure's files in the site, as addresses relative to a page. */
export interface FigureFiles {
  /** The figure as the page draws it. */
  figure: PlotlyFigure;
  /** Title and subtitle where the page sets them, the pictures being without. */
  head: FigureHead | undefined;
  /** The picture that stands in the page before Plotly does. */
  shown: { src: string; width: number; height: number };
  /** Its tidy rows. */
  csv: string;
  json: string;
  /** The Plotly figure, title and all. */
  plotly: string;
  /** To take away: title and all. Only PNG where no browser could draw. */
  pictures: { format: string; src: string }[];
}

export interface WriteFigureOptions {
  /** The site's folder. */
  site: string;
  /** Name of its files, "01-regularization-figure-1". */
  name: string;
  /** What it shows. */
  rows: readonly TidyRow[];
  /** The notebook's own picture, base64, for where no browser is found. */
  stored?: string;
}

/**
 * Writes a figure's data and pictures into the site's `figures/`. Throws `UserError` where there is neither a browser to
 * draw with nor a picture in the notebook.
 */
export async function writeFigure(
  figure: PlotlyFigure,
  { site, name, rows, stored }: WriteFigureOptions,
): Promise<FigureFiles> {
  const folder = join(site, "figures");
  await mkdir(folder, { recursive: true });
  const put = (suffix: string) => join(folder, `${name}.${suffix}`);
  const address = (suffix: string) => `figures/${name}.${suffix}`;
  await writeFile(put("csv"), rowsCsv(rows));
  await writeFile(put("json"), JSON.stringify(rows));
  await writeFile(put("plotly.json"), JSON.stringify(figure));
  const data = { csv: address("csv"), json: address("json"), plotly: address("plotly.json") };

  if (findBrowser() === undefined) {
    if (stored === undefined)
      throw new UserError(`Figure ${name} has no picture in its notebook. ${browserHint}`);
    await writeFile(put("png"), Buffer.from(stored, "base64"));
    const shown = { src: address("png"), ...sizeOf(figure) };
    return { ...data, figure, head: undefined, shown, pictures: [{ format: "PNG", src: address("png") }] };
  }
  const bare = withoutHead(figure);
  const drawn = await drawnPictures(figure, bare.figure);
  for (const [suffix, bytes] of Object.entries(drawn)) await writeFile(put(suffix), bytes);
  return {
    ...data,
    ...bare,
    shown: { src: address("bare.svg"), ...sizeOf(bare.figure) },
    pictures: pictureFormats.map((format) => ({ format: format.toUpperCase(), src: address(format) })),
  };
}

function sizeOf({ layout }: PlotlyFigure): { width: number; height: number } {
  const { width = 900, height = 500 } = layout as { width?: number; height?: number };
  return { width, height };
}

const drawnPictures = (whole: PlotlyFigure, bare: PlotlyFigure): Promise<Record<string, Buffer>> =>
  keptDrawing([whole, bare], async () => {
    const { pictures } = await renderPictures(whole, { formats: pictureFormats });
    const page = await renderPictures(bare, { formats: ["svg"] });
    const named = pictureFormats.map((format) => [format, pictures[format]!] as const);
    return { ...Object.fromEntries(named), "bare.svg": page.pictures.svg! };
  });

/** Pictures by name, drawn if they are not kept from an earlier build: `drawn` is what they show. */
export const keptDrawing = (
  drawn: PlotlyFigure | readonly PlotlyFigure[],
  draw: () => Promise<Record<string, Buffer>>,
): Promise<Record<string, Buffer>> =>
  keptFiles(
    "paper-pictures",
    [plotlyVersion, [drawn].flat().map((figure) => withTheme(figure, "screen"))],
    draw,
  );
