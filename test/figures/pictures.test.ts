import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { browserHint, closeBrowser, findBrowser, withStudio } from "../../lib/export/browser.js";
import { type GalleryView, galleryPicture } from "../../lib/export/gallery.js";
import { hypotheses } from "../../lib/hypotheses/index.js";
import { madeUpRunsOf } from "../support/made-up-runs.js";
import { optional } from "../support/optional.js";

/**
 * How every figure of every hypothesis looks, of made-up runs, on a screen and on a phone: a digest of its SVG. A picture that
 * has changed is written to `.cache/changed-pictures/`. After a change that is meant:
 *
 *     FILTER_SPARSITY_WRITE_PICTURES=1 npx vitest run test/figures/pictures.test.ts
 *
 * Browsers and fonts draw differently, so that the digests are compared only where they are those of the committed file.
 */
interface Kept {
  drawnWith: string;
  pictures: Record<string, string>;
}

const path = join(import.meta.dirname, "pictures.json");
const changed = join(import.meta.dirname, "..", "..", ".cache", "changed-pictures");
const writes = Boolean(process.env.FILTER_SPARSITY_WRITE_PICTURES);
const committed = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Kept) : undefined;
const views: readonly GalleryView[] = ["screen", "phone"];

/** The browser, and how wide the themes' font is in it. */
const drawnWith = (): Promise<string> =>
  withStudio(async ({ drawing, browserVersion }) => {
    const width = await drawing.evaluate(() => {
      const context = document.createElement("canvas").getContext("2d")!;
      context.font = "100px Arial, Liberation Sans, Helvetica, DejaVu Sans, sans-serif";
      return context.measureText("Dead filters (%), |γ| < 0.001").width;
    });
    return `Chromium ${browserVersion}, text ${width.toFixed(0)} wide`;
  });

const own = findBrowser() === undefined ? "no browser" : await drawnWith();
const comparable = writes || own === committed?.drawnWith;
const withPictures = optional(
  "Pictures",
  comparable,
  own === "no browser" ? browserHint : `drawn with ${own}; the committed ones with ${committed?.drawnWith}`,
);
const fresh: Kept = { drawnWith: own, pictures: {} };
afterAll(async () => {
  if (writes) writeFileSync(path, `${JSON.stringify(fresh, null, 1)}\n`);
  await closeBrowser();
});

describe.each(hypotheses.map((hypothesis) => [hypothesis.id, hypothesis] as const))(
  "%s",
  (id, hypothesis) => {
    withPictures("looks as it did", { timeout: 300_000 }, async () => {
      const runs = madeUpRunsOf(hypothesis.arms({ scale: "smoke" }), { seeds: [1, 2] });
      const different: string[] = [];
      for (const figure of hypothesis.figures(runs)) {
        for (const view of views) {
          const name = `${id}-${figure.name}-${view}`;
          const svg = await galleryPicture(figure, view);
          fresh.pictures[name] = createHash("sha256").update(svg).digest("base64url").slice(0, 12);
          if (writes || fresh.pictures[name] === committed?.pictures[name]) continue;
          different.push(name);
          mkdirSync(changed, { recursive: true });
          writeFileSync(join(changed, `${name}.svg`), svg);
        }
      }
      expect(different).toEqual([]);
    });
  },
);

it("keeps a digest of every picture", () => {
  if (!comparable || writes) return;
  expect(Object.keys(fresh.pictures).sort()).toEqual(Object.keys(committed!.pictures).sort());
});
