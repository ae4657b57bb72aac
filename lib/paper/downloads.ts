import { mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { exportRuns } from "../export/runs.js";
import { listRuns } from "../runs/store.js";
import { html, type Markup } from "./html.js";

/** A file of the site that holds runs, or says what they hold. */
export interface Download {
  /** Address relative to a page. */
  href: string;
  name: string;
  bytes: number;
}

/** Writes every finished run, epoch, layer and filter as Parquet into the site's `data/`, with the data dictionary. */
export async function writeDownloads(site: string): Promise<Download[]> {
  const { runs } = await listRuns();
  const made = await mkdtemp(join(site, ".data-"));
  try {
    await exportRuns(runs, { directory: made, formats: ["parquet"] });
    await rename(made, join(site, "data"));
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    throw error;
  }
  const names = (await readdir(join(site, "data"))).sort();
  return Promise.all(
    names.map(async (name) => ({
      ...{ name, href: `data/${name}` },
      bytes: (await stat(join(site, "data", name))).size,
    })),
  );
}

/** Links to the downloads, and the command that makes them. */
export function downloadList(downloads: readonly Download[]): Markup {
  const size = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1)} MB`;
  return html`<p>Every run on record, with its epochs, layers and every filter at every probe, as tables: <code>npm run export -- --to DIR --format parquet</code> (or <code>csv</code>, <code>arrow</code>). Beside them, <code>dictionary.csv</code> says what each column means and its unit.${
    downloads.length === 0 &&
    html` These pages were built without the files; <code>npm run paper -- --data</code> adds them here.`
  }</p>
${
  downloads.length > 0 &&
  html`<ul class="list">${downloads.map(({ href, name, bytes }) => html`<li><a href="${href}" download>${name}</a> (${size(bytes)})</li>`)}</ul>`
}`;
}
