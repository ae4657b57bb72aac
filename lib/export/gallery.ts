import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { arrange, figureWidth } from "../figures/arrange.js";
import type { NamedFigure } from "../figures/figure.js";
import { forPaper } from "../figures/paper-size.js";
import { renderPictures } from "./render.js";

/** Figures of one notebook. */
export interface GallerySection {
  title: string;
  figures: readonly NamedFigure[];
}

/** How a figure is shown where it is used: on a screen, on a phone, in one column of a paper. */
export const galleryViews = ["screen", "phone", "column"] as const;
export type GalleryView = (typeof galleryViews)[number];

/** CSS pixels that a phone leaves for a figure. */
const phoneWidth = 350;

/** A figure as a view shows it, as SVG. On one machine the same figure gives the same text. */
export async function galleryPicture({ figure }: NamedFigure, view: GalleryView): Promise<string> {
  const drawn =
    view === "screen"
      ? { figure: arrange(figure, { width: figureWidth }) }
      : view === "phone"
        ? { figure: arrange(figure, { width: phoneWidth, head: false }) }
        : { ...forPaper(figure, "one-column"), theme: "print" as const };
  const { pictures } = await renderPictures(drawn.figure, { ...drawn, formats: ["svg"] });
  return pictures.svg!.toString("utf8");
}

/** Draws figures in all views into a folder, with a page `index.html` that shows them. Returns the page's path. */
export async function writeGallery(
  sections: readonly GallerySection[],
  folder: string,
  print: (line: string) => void = () => {},
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const parts: string[] = [];
  for (const { title, figures } of sections) {
    parts.push(`<h2>${title}</h2>`);
    for (const named of figures) {
      const pictures: string[] = [];
      for (const view of galleryViews) {
        const file = `${slug(title)}-${named.name}-${view}.svg`;
        await writeFile(join(folder, file), await galleryPicture(named, view));
        pictures.push(`<img src="${file}" alt="${named.name}, ${view}" loading="lazy">`);
      }
      parts.push(`<h3>${named.name}</h3><p>${escaped(named.caption)}</p><div>${pictures.join("")}</div>`);
    }
    print(`${title}: ${figures.length} figures`);
  }
  const path = join(folder, "index.html");
  await writeFile(path, page(parts.join("\n")));
  return path;
}

const slug = (title: string): string => title.toLowerCase().replace(/[^a-z0-9]+/g, "-");

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

const page = (body: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Figures of the collection</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; background: #f3f3f3; }
div { display: flex; gap: 1rem; align-items: flex-start; overflow-x: auto; }
img { background: #fff; flex: none; }
</style>
<h1>Every figure, on a screen, on a phone, in one column of a paper</h1>
${body}
</html>
`;
