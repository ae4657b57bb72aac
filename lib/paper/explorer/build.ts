import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BuildOptions } from "esbuild";
import { projectRoot } from "../../paths.js";
import { html, type Markup } from "../html.js";
import type { Catalog } from "./catalog.js";
import { type DataCatalog, explorerData } from "./data.js";

/** What the site has besides runs: pages of hypotheses, and one that cells run in. */
export type SitePages = Pick<Catalog, "pages" | "cellsPage">;

/**
 * Writes what the explorer's page loads into the site's `explorer/`: scripts, and runs as columns. `data`: files by name.
 * Default: of all runs on record.
 */
export async function writeExplorer(
  site: string,
  pages: SitePages,
  data: Promise<Record<string, Buffer>> = explorerData(),
): Promise<void> {
  const folder = join(site, "explorer");
  await mkdir(folder, { recursive: true });
  const { "catalog.json": described, ...files } = await data;
  const catalog: Catalog = { ...(JSON.parse(described!.toString("utf8")) as DataCatalog), ...pages };
  await Promise.all([
    ...Object.entries(files).map(([name, bytes]) => writeFile(join(folder, name), bytes)),
    writeFile(join(folder, "catalog.json"), JSON.stringify(catalog)),
    bundle(folder),
  ]);
}

async function bundle(outdir: string): Promise<void> {
  const { build } = await import("esbuild");
  const entry = (path: string) => join(projectRoot, "lib/paper/explorer", path);
  const common: BuildOptions = {
    ...{
      bundle: true,
      minify: true,
      platform: "browser",
      outdir,
      logLevel: "error",
      legalComments: "linked",
    },
    ...{
      entryNames: "[name]",
      target: ["chrome123", "firefox120", "safari17.5"],
      absWorkingDir: projectRoot,
    },
  };
  await Promise.all([
    // A classic script, so that it runs in a page opened from disk too and can say what to do there.
    build({
      ...common,
      entryPoints: [entry("page/explorer.ts"), entry("page/explorer.css")],
      format: "iife",
    }),
    build({ ...common, entryPoints: [entry("worker/worker.ts")], format: "esm" }),
  ]);
}

/** In the head of the explorer's page. */
export const explorerHead: Markup = html`<link rel="stylesheet" href="explorer/explorer.css"><script src="explorer/explorer.js" defer></script>`;

/** The explorer's page. */
export const explorerBody: Markup = html`<header class="title"><h1>Explorer</h1><p class="lead">Every run and every filter on record, to look at as you like</p></header>
<p>Choose what stands along the axes, in color and in panels; draw a rectangle to keep what is in it; point at a mark to see whose it is, click it for the run. The address of this page is the view: copy it to share what you see. What is found by looking is a question for new seeds, not an answer.</p>
<div id="explorer" class="explorer"><noscript><p>This page needs JavaScript. The same tables for other programs: <code>npm run export -- --to DIR --format parquet</code>.</p></noscript></div>`;
