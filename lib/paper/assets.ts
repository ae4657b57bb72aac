import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { cacheDirectory, projectRoot } from "../paths.js";
import { unfinishedFolder } from "./site-folder.js";

const require = createRequire(import.meta.url);
/** Browsers that know light-dark() and nested styles. */
const target = ["chrome123", "firefox120", "safari17.5"];

/** Writes what all pages share into the site's `assets/`: style, script, formulas' fonts, and Plotly, minified. */
export async function writeAssets(site: string): Promise<void> {
  const folder = join(site, "assets");
  await mkdir(folder, { recursive: true });
  const { build } = await import("esbuild");
  const entry = (name: string) => join(projectRoot, "lib/paper/page", name);
  await Promise.all([
    build({
      entryPoints: [entry("page.ts"), entry("search.ts"), entry("style.css")],
      ...{ bundle: true, minify: true, platform: "browser", format: "iife", outdir: folder, target },
      logLevel: "error",
    }),
    copyMathStyle(folder),
    minifiedPlotly().then((path) => copyFile(path, join(folder, "plotly.js"))),
    writeFile(join(folder, "icon.svg"), icon),
  ]);
}

/** KaTeX' style sheet with the one of its three font formats that all these browsers read. */
async function copyMathStyle(folder: string): Promise<void> {
  const katex = dirname(require.resolve("katex/dist/katex.min.css"));
  const style = await readFile(join(katex, "katex.min.css"), "utf8");
  await writeFile(
    join(folder, "katex.min.css"),
    style.replace(/,url\([^)]*\.(woff|ttf)\) format\("(woff|truetype)"\)/g, ""),
  );
  await mkdir(join(folder, "fonts"));
  const fonts = (await readdir(join(katex, "fonts"))).filter((name) => name.endsWith(".woff2"));
  await Promise.all(fonts.map((name) => copyFile(join(katex, "fonts", name), join(folder, "fonts", name))));
}

/** Plotly's whole bundle, minified once for each version: that takes a few seconds. */
async function minifiedPlotly(): Promise<string> {
  const { version } = require("plotly.js-dist/package.json") as { version: string };
  const path = join(cacheDirectory(), "paper-assets", `plotly-${version}.min.js`);
  if (await stat(path).catch(() => undefined)) return path;
  const { transform } = await import("esbuild");
  const source = await readFile(require.resolve("plotly.js-dist/plotly.js"), "utf8");
  const { code } = await transform(source, { minify: true, legalComments: "inline", target });
  await mkdir(dirname(path), { recursive: true });
  const unfinished = await unfinishedFolder(dirname(path), "plotly");
  await writeFile(join(unfinished, "plotly.js"), code);
  await rename(join(unfinished, "plotly.js"), path);
  await rm(unfinished, { recursive: true, force: true });
  return path;
}

/** A grid of filters, some of them dead. */
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#332288"/>${[
  [7, 7, 1],
  [18, 7, 0.35],
  [7, 18, 0.35],
  [18, 18, 1],
]
  .map(
    ([x, y, opacity]) =>
      `<rect x="${x}" y="${y}" width="7" height="7" rx="1.5" fill="#fff" opacity="${opacity}"/>`,
  )
  .join("")}</svg>
`;
