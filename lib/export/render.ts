import { createHash } from "node:crypto";
import type { Page } from "playwright-core";
import { UsageError, UserError } from "../errors.js";
import type { PlotlyFigure } from "../figures/figure.js";
import { plainText } from "../figures/plain-text.js";
import { type Theme, withTheme } from "../figures/theme.js";
import { withStudio } from "./browser.js";
import { withRasterMarks } from "./raster-marks.js";
import { withVectorCells } from "./vector-cells.js";

export type PictureFormat = "svg" | "png" | "pdf";

export const pictureFormats: readonly PictureFormat[] = ["svg", "png", "pdf"];

export interface RenderOptions {
  format?: PictureFormat;
  /** CSS pixels; the figure's own size by default. */
  width?: number;
  height?: number;
  /** Device pixels per CSS pixel, PNG only. Default 2; with `inches` as many as make 300 dots an inch. */
  scale?: number;
  /** Width of the picture, inches of 96 CSS pixels; the drawing is scaled to it, and a PNG says its density. Default: the drawing's own. */
  inches?: number;
  /** What a PDF calls itself. Default: the figure's title. */
  title?: string;
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
  const { formats, width, height, theme = "screen", inches } = options;
  const { scale = inches === undefined ? 2 : printDensity / 96 } = options;
  const title = options.title ?? plainText(figure.layout.title?.text ?? "");
  const size = {
    width: pixels(width ?? figure.layout.width ?? 900, "width"),
    height: pixels(height ?? figure.layout.height ?? 500, "height"),
  };
  const themed = withTheme(figure, theme);
  // What a figure knows of itself is not drawn.
  const { meta: _meta, ...layout } = themed.layout;
  const sized = { data: themed.data, layout: { ...layout, ...size } };
  const drawing = inches === undefined ? sized : withVectorCells(sized);
  return withStudio(async ({ drawing: page, printing, browserVersion }) => {
    await seedNames(page, createHash("sha256").update(JSON.stringify(drawing)).digest().readUInt32LE());
    const zoom = inches === undefined ? 1 : (96 * inches) / size.width;
    const whole = await toSvg(page, drawing, size);
    const marked = await withRasterMarks(page, whole, size, (zoom * finestDensity) / 96);
    const svg = scaled(withSortedAttributes(marked), size, zoom);
    const shown = { width: zoom * size.width, height: zoom * size.height };
    // Two pages, two processes: pixels and print are made side by side.
    const make: Record<PictureFormat, () => Promise<Buffer>> = {
      svg: async () => Buffer.from(svg, "utf8"),
      png: async () => compact(await toPng(page, svg, shown, scale), inches && 96 * scale),
      pdf: () => toPdf(printing, svg, { ...shown, title }),
    };
    const made = await Promise.all(formats.map(async (format) => [format, await make[format]()] as const));
    const pictures: Partial<Record<PictureFormat, Buffer>> = Object.fromEntries(made);
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

interface Size {
  width: number;
  height: number;
}

interface PlotlyPage {
  Plotly: {
    toImage(figure: PlotlyFigure, options: Size & { format: "svg" }): Promise<string>;
  };
}

async function toSvg(page: Page, figure: PlotlyFigure, { width, height }: Size): Promise<string> {
  try {
    const url = await page.evaluate(
      ([drawing, options]) => (globalThis as unknown as PlotlyPage).Plotly.toImage(drawing, options),
      [figure, { format: "svg" as const, width, height }] as const,
    );
    return decodeURIComponent(url.slice(url.indexOf(",") + 1));
  } catch (error) {
    throw new UserError(`Plotly could not draw the figure: ${String(error).split("\n")[0]}`, {
      cause: error,
    });
  }
}

/** The SVG as pixels; drawn from it rather than by Plotly, which would build the figure a second time. */
async function toPng(page: Page, svg: string, { width, height }: Size, scale: number): Promise<Buffer> {
  const url = await page.evaluate(
    async ([source, pixelWidth, pixelHeight]) => {
      const image = new Image();
      const address = URL.createObjectURL(new Blob([source], { type: "image/svg+xml" }));
      try {
        image.src = address;
        await image.decode();
        const canvas = document.createElement("canvas");
        canvas.width = pixelWidth;
        canvas.height = pixelHeight;
        canvas.getContext("2d")!.drawImage(image, 0, 0, pixelWidth, pixelHeight);
        return canvas.toDataURL("image/png");
      } finally {
        URL.revokeObjectURL(address);
      }
    },
    [svg, Math.round(scale * width), Math.round(scale * height)] as const,
  );
  return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
}

/** Plotly sets some attributes in an order that depends on what it has measured before; XML does not care. */
const withSortedAttributes = (svg: string): string =>
  svg.replace(/(<[\w:-]+)((?: [\w:-]+="[^"]*")+)/g, (_, start: string, list: string) => {
    const attributes = list.match(/ [\w:-]+="[^"]*"/g) ?? [];
    return start + attributes.sort().join("");
  });

/** Gives the picture its size in a paper; the drawing's own units stay in its viewBox. */
function scaled(svg: string, { width, height }: Size, zoom: number): string {
  if (zoom === 1) return svg;
  const inches = (pixels: number) => `${Number(((zoom * pixels) / 96).toFixed(4))}in`;
  return svg.replace(/^<svg[^>]*>/, (root) => {
    const sized = root
      .replace(/ width="[^"]*"/, ` width="${inches(width)}"`)
      .replace(/ height="[^"]*"/, ` height="${inches(height)}"`);
    return sized.includes(" viewBox=") ? sized : sized.replace(/>$/, ` viewBox="0 0 ${width} ${height}">`);
  });
}

/** Dots an inch that papers ask for, and for marks that would else be lines. */
const printDensity = 300;
const finestDensity = 400;

/**
 * The same pixels in a smaller file, about 0.6 of the browser's, with a note of how many make an inch. Figures are opaque.
 */
async function compact(png: Buffer, density: number | undefined): Promise<Buffer> {
  const { default: sharp } = await import("sharp");
  const picture = sharp(png).removeAlpha().png();
  return (density === undefined ? picture : picture.withMetadata({ density })).toBuffer();
}

async function toPdf(
  page: Page,
  svg: string,
  { width, height, title }: Size & { title: string },
): Promise<Buffer> {
  const escaped = title.replace(/[&<]/g, (sign) => (sign === "&" ? "&amp;" : "&lt;"));
  await page.setContent(
    `<title>${escaped}</title><style>@page{size:${width}px ${height}px;margin:0}body{margin:0}svg{display:block}</style>${svg}`,
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
