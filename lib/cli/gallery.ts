import { join } from "node:path";
import type { Command } from "commander";
import { UserError } from "../errors.js";
import { browserHint, closeBrowser, findBrowser } from "../export/browser.js";
import { type GallerySection, writeGallery } from "../export/gallery.js";
import { findHypothesis, hypotheses, recordedArms } from "../hypotheses/index.js";
import { cacheDirectory } from "../paths.js";
import { listRuns } from "../runs/index.js";
import { shownPath } from "./shown-path.js";

interface CommandLine {
  only?: string[];
  out?: string;
}

export function register(program: Command): void {
  program
    .command("gallery")
    .summary("draw every figure on one page: on a screen, on a phone, in one column of a paper")
    .description(
      "Draw the figures of the hypotheses from finished runs onto one page, at the widths they are used.",
    )
    .option("--only <names...>", 'hypotheses, e.g. "h01"')
    .option("--out <folder>", "default: gallery/ in the cache")
    .action(async ({ only, out = join(cacheDirectory(), "gallery") }: CommandLine) => {
      const path = await galleryCommand({ folder: out, ...(only && { only }) });
      console.log(`The gallery: ${shownPath(path)}`);
    });
}

/** Draws the gallery into a folder; returns its page. Throws `UserError` without a browser or without any finished run. */
export async function galleryCommand({ only, folder }: { only?: string[]; folder: string }): Promise<string> {
  if (findBrowser() === undefined) throw new UserError(browserHint);
  const stored = (await listRuns()).runs;
  const sections: GallerySection[] = [];
  for (const hypothesis of only?.map(findHypothesis) ?? hypotheses) {
    const found = await recordedArms(hypothesis, { stored });
    if (found) sections.push({ title: hypothesis.notebook, figures: hypothesis.figures(found.arms) });
  }
  if (sections.length === 0)
    throw new UserError("No hypothesis has finished runs to draw. Train some: npm run reproduce.");
  try {
    return await writeGallery(sections, folder, console.log);
  } finally {
    await closeBrowser();
  }
}
