import { afterAll, describe, expect, it } from "vitest";
import { browserHint, closeBrowser, findBrowser } from "../../lib/export/browser.js";
import { renderPictures } from "../../lib/export/render.js";
import { deadShareByLayer, deadShareByPenalty, frontier, gammaHistograms } from "../../lib/figures/index.js";
import { forPaper, type PaperSize } from "../../lib/figures/paper-size.js";
import { textWidth, wrapText } from "../../lib/figures/text.js";
import { madeUpStudy } from "../support/made-up-runs.js";
import { optional } from "../support/optional.js";

const withBrowser = optional("Chromium", findBrowser() !== undefined, browserHint);
afterAll(closeBrowser);

const study = madeUpStudy();
const figures = [
  deadShareByPenalty(study),
  gammaHistograms(study),
  deadShareByLayer(study),
  frontier(study, { panels: "optimizer" }),
];
const columns = (axes: object) =>
  new Set(
    Object.entries(axes)
      .filter(([key]) => key.startsWith("xaxis"))
      .map(([, axis]) => (axis as { domain?: number[] }).domain?.[0] ?? 0),
  ).size;

describe("a figure for a paper", () => {
  it("has no title in the picture, keeps its data, and leaves the figure itself as it was", () => {
    const [figure] = figures;
    const before = JSON.stringify(figure);
    for (const size of ["one-column", "two-column"] as const) {
      const { figure: sized } = forPaper(figure!, size);
      expect(sized.layout.title).toEqual({ text: "" });
      expect(sized.data).toEqual(figure!.data);
    }
    expect(JSON.stringify(figure)).toBe(before);
  });

  it("has its panels below each other in one column, and rows that mean something whole", () => {
    const [byPenalty, histograms] = figures;
    expect(columns(byPenalty!.layout)).toBe(2);
    expect(columns(forPaper(byPenalty!, "one-column").figure.layout)).toBe(1);
    expect(columns(forPaper(histograms!, "one-column").figure.layout)).toBe(columns(histograms!.layout));
    expect(columns(forPaper(byPenalty!, "two-column").figure.layout)).toBe(2);
  });

  it("keeps panels and their names together, none over another", () => {
    const { layout } = forPaper(figures[0]!, "one-column").figure;
    expect(layout.yaxis!.domain![0]).toBeGreaterThan(layout.yaxis2!.domain![1]);
    const names = layout.annotations!.filter(({ text }) => text?.startsWith("<b>Inactive"));
    expect(names.map(({ xref, yref, y }) => [xref, yref, y])).toEqual([
      ["x domain", "y domain", 1],
      ["x2 domain", "y2 domain", 1],
    ]);
  });

  withBrowser(
    "is as wide as the column, with no text below 7 points but exponents",
    { timeout: 300_000 },
    async () => {
      for (const [size, inches] of [
        ["one-column", 3.25],
        ["two-column", 6.875],
      ] as [PaperSize, number][]) {
        for (const figure of figures) {
          const sized = forPaper(figure, size);
          const { pictures } = await renderPictures(sized.figure, {
            ...sized,
            formats: ["svg"],
            theme: "print",
          });
          const svg = pictures.svg!.toString();
          const root = /^<svg[^>]*>/.exec(svg)![0];
          expect(root).toContain(` width="${inches}in"`);
          const pixels = Number(/ viewBox="0 0 (\d+)/.exec(root)![1]);
          const sizes = [...svg.matchAll(/font-size: ([\d.]+)px/g)].map(([, text]) => Number(text));
          expect(sizes.length).toBeGreaterThan(5);
          expect((Math.min(...sizes) * inches * 72) / pixels).toBeGreaterThanOrEqual(7);
        }
      }
    },
  );
});

it("wraps text between words, not within its markup", () => {
  const text = '|γ| at 10<sup style="a b">−7</sup> and more';
  const width = textWidth("|γ| at 10<sup>−7</sup> and") - 1;
  expect(wrapText(text, width)).toBe('|γ| at 10<sup style="a b">−7</sup><br>and more');
  expect(wrapText("", 10)).toBe("");
});
