import { basename, join, resolve } from "node:path";
import { UsageError, UserError } from "../errors.js";
import { closeBrowser } from "../export/browser.js";
import { listNotebooks } from "../notebook/notebooks.js";
import { cacheDirectory } from "../paths.js";
import { readSource, recordsOf } from "./notebook-source.js";
import { pageAddress, type WrittenSite, writeSite } from "./site.js";
import { requireReplaceable, writeAside } from "./site-folder.js";

export interface PaperOptions {
  /** Paths of the notebooks, in order. Default: all of `notebooks/` that have a number. */
  notebooks?: readonly string[];
  /** The folder that becomes the site; what an earlier build left there is replaced. Default: `data/cache/paper`. */
  out?: string;
  /** Whether hypotheses can be rerun in their pages. Default true. */
  live?: boolean;
  /** Address that the site will have on the web, for a sitemap and link previews. Default: none. */
  base?: string;
  /** Whether the site has all runs and filters as a download. Default false: it takes minutes. */
  data?: boolean;
  /** Takes one line of progress at a time. */
  print?: (line: string) => void;
}

export interface BuiltPaper extends WrittenSite {
  folder: string;
}

export const defaultPaperDirectory = (): string => join(cacheDirectory(), "paper");

/**
 * Builds the static site of executed notebooks, in a folder beside `out` that takes its place when all is there: `out`
 * is the earlier site, or none, or the whole new one. Throws `UsageError` where `out` holds anything else or `base` is no
 * address, `UserError` where a notebook is not executed, a record is missing or a text is; each says what to do.
 */
export async function buildPaper(options: PaperOptions = {}): Promise<BuiltPaper> {
  const { notebooks = numberedNotebooks(), live = true, data = false, print = () => {} } = options;
  const base = options.base === undefined ? undefined : baseAddress(options.base);
  const out = resolve(options.out ?? defaultPaperDirectory());
  if (notebooks.length === 0) throw new UserError("There is no notebook to make pages of in notebooks/.");
  await requireReplaceable(out);
  // All that can be wrong with them is found before the first picture is drawn.
  const sources = notebooks.map(readSource);
  requirePagesOfTheirOwn(sources.map(({ stem }) => stem));
  const records = await Promise.all(sources.map(recordsOf));
  try {
    const built = await writeAside(out, (site) =>
      writeSite(site, { sources, records, live, base, data, print }),
    );
    return { folder: out, ...built };
  } finally {
    await closeBrowser();
  }
}

/** The collection; a draft has no number. */
export const numberedNotebooks = (): string[] => listNotebooks().filter((path) => /^\d/.test(basename(path)));

/** Throws `UserError` where two notebooks would be one file, or one would be a page that every site has. */
function requirePagesOfTheirOwn(stems: readonly string[]): void {
  const taken = new Map([
    ["index.html", "the contents"],
    ["appendix.html", "the appendix"],
    ["explorer.html", "the explorer"],
  ]);
  for (const stem of stems) {
    // Names that differ in case are one file on some systems.
    const name = pageAddress(stem).toLowerCase();
    const other = taken.get(name);
    if (other !== undefined)
      throw new UserError(`The page of ${stem}.ipynb would be that of ${other}. Rename the notebook.`);
    taken.set(name, `${stem}.ipynb`);
  }
}

/** With its slash at the end. */
function baseAddress(text: string): string {
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (!address || !/^https?:$/.test(address.protocol) || address.search || address.hash) {
    throw new UsageError(`"${text}" is no address of a site. Expected one like https://example.org/paper/.`);
  }
  return address.href.endsWith("/") ? address.href : `${address.href}/`;
}
