import { createHash } from "node:crypto";
import type { Page } from "playwright-core";
import { UsageError, UserError } from "../errors.js";
import { withStudio } from "./browser.js";
import type { PlotlyFigure } from "./figure.js";
import { type Theme, withTheme } from "./theme.js";

export type PictureFormat = "svg" | "png" | "pdf";

export const pictureFormats: readonly PictureFormat[] = ["svg", "png", "pdf"];

export interface RenderOptions {
  format?: PictureFormat;
  /** CSS pixels; the figure's own size by default. */
  width?: number;
  height?: number;
  /** Device pixels per CSS pixel, PNG only. Default 2. */
  scale?: number;
  theme?: Theme;
}

/**
 * Draws a figure with Plotly in a headless browser, without network. On one machine the same figure gives the same
 * bytes. PDF has one page of the figure's size, with text as text. Throws `UserError` where there is no browser or
 * Plotly refuses the figure.
 */
export async function renderFigure(figure: PlotlyFigure, options: RenderOptions = {}): Promise<Buffer> {
  const { format = "png", ...rest } = options;
  const { pictures } = await renderPictures(figure, { ...rest, formats: [format] });
  return pictures[format]!;
}

export interface RenderedPictures {
  pictures: Partial<Record<PictureFormat, Buffer>>;
  browserVersion: string;
}

/** Like `renderFigure`, for several formats of one figure at once. */
export async function renderPictures(
  figure: PlotlyFigure,
  options: Omit<RenderOptions, "format"> & { formats: readonly PictureFormat[] },
): Promise<RenderedPictures> {
  const { formats, width, height, scale = 2, theme = "screen" } = options;
  const size = {
    width: pixels(width ?? figure.layout.width ?? 900, "width"),
    height: pixels(height ?? figure.layout.height ?? 500, "height"),
  };
  const themed = withTheme(figure, theme);
  const drawing = { data: themed.data, layout: { ...themed.layout, ...size } };
  return withStudio(async ({ drawing: page, printing, browserVersion }) => {
    await seedNames(page, createHash("sha256").update(JSON.stringify(drawing)).digest().readUInt32LE());
    const svg = withSortedAttributes(await toImage(page, drawing, { ...size, format: "svg", scale: 1 }));
    const pictures: Partial<Record<PictureFormat, Buffer>> = {};
    for (const format of formats) {
      if (format === "svg") pictures.svg = svg;
      else if (format === "png") pictures.png = await toImage(page, drawing, { ...size, format, scale });
      else pictures.pdf = await toPdf(printing, svg, size);
    }
    return { pictures, browserVersion };
  });
}

function pixels(value: unknown, name: string): number {
  if (typeof value === "number" && value >= 50 && value <= 10_000) return Math.round(value);
  throw new UsageError(`Figure ${name} is ${String(value)}. Expected pixels between 50 and 10000.`);
}

/**
 * Plotly names clip paths and gradients with Math.random; seeded by the figure's own content, the names repeat from
 * draw to draw yet differ between figures that share a page.
 */
async function seedNames(page: Page, seed: number): Promise<void> {
  await page.evaluate((start) => {
    let state = start;
    // mulberry32
    Math.random = () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }, seed);
}

interface ImageOptions {
  format: "svg" | "png";
  width: number;
  height: number;
  scale: number;
}

interface PlotlyPage {
  Plotly: { toImage(figure: PlotlyFigure, options: ImageOptions): Promise<string> };
}

async function toImage(page: Page, figure: PlotlyFigure, options: ImageOptions): Promise<Buffer> {
  try {
    const url = await page.evaluate(
      ([drawing, imageOptions]) =>
        (globalThis as unknown as PlotlyPage).Plotly.toImage(drawing, imageOptions),
      [figure, options] as const,
    );
    const comma = url.indexOf(",");
    const content = url.slice(comma + 1);
    return url.slice(0, comma).endsWith(";base64")
      ? Buffer.from(content, "base64")
      : Buffer.from(decodeURIComponent(content), "utf8");
  } catch (error) {
    throw new UserError(`Plotly could not draw the figure: ${String(error).split("\n")[0]}`, {
      cause: error,
    });
  }
}

/** Plotly sets some attributes in an order that depends on what it has measured before; XML does not care. */
function withSortedAttributes(svg: Buffer): Buffer {
  const sorted = svg
    .toString("utf8")
    .replace(/(<[\w:-]+)((?: [\w:-]+="[^"]*")+)/g, (_, start: string, list: string) => {
      const attributes = list.match(/ [\w:-]+="[^"]*"/g) ?? [];
      return start + attributes.sort().join("");
    });
  return Buffer.from(sorted, "utf8");
}

async function toPdf(
  page: Page,
  svg: Buffer,
  { width, height }: { width: number; height: number },
): Promise<Buffer> {
  await page.setContent(
    `<style>@page{size:${width}px ${height}px;margin:0}body{margin:0}svg{display:block}</style>${svg.toString("utf8")}`,
  );
  const pdf = await page.pdf({
    width: `${width}px`,
    height: `${height}px`,
    printBackground: true,
    pageRanges: "1",
  });
  return withoutDates(pdf);
}

/** Overwrites the two time stamps in place, digit by digit, so that no offset in the file moves. */
function withoutDates(pdf: Buffer): Buffer {
  const text = pdf.toString("latin1");
  return Buffer.from(
    text.replace(/\/(CreationDate|ModDate) \(D:\d{14}/g, (_, key: string) => `/${key} (D:20000101000000`),
    "latin1",
  );
}
