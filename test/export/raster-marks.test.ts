import sharp from "sharp";
import { afterAll, describe, expect } from "vitest";
import { browserHint, closeBrowser, findBrowser } from "../../lib/export/browser.js";
import { renderFigure } from "../../lib/export/render.js";
import type { PlotlyFigure } from "../../lib/figures/figure.js";
import { optional } from "../support/optional.js";

const withBrowser = optional("Chromium", findBrowser() !== undefined, browserHint);
afterAll(closeBrowser);

/** A column of marks in the middle, and one apart so that the axis has a length. */
const column = (marks: number): PlotlyFigure => ({
  data: [
    {
      ...{ type: "scatter", mode: "markers" },
      x: [0, 2, ...Array.from({ length: marks }, () => 1)],
      y: [0, 1, ...Array.from({ length: marks }, (_, i) => i / marks)],
      marker: { color: "#D55E00", size: 8, opacity: 1 },
    },
  ],
  layout: {
    width: 300,
    height: 200,
    xaxis: { title: { text: "Scale" } },
    yaxis: { title: { text: "Shift" } },
  },
});

describe("many marks", () => {
  withBrowser(
    "are one picture in a vector format, axes and text as they were",
    { timeout: 300_000 },
    async () => {
      const svg = (await renderFigure(column(2500), { format: "svg" })).toString();
      expect(svg).not.toContain('class="point"');
      expect(svg).toMatch(/<text[^>]*>Scale<\/text>/);
      const [, png = ""] = /href="data:image\/png;base64,([^"]+)"/.exec(svg) ?? [];
      const { data, info } = await sharp(Buffer.from(png, "base64"))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(info.width / info.height).toBeCloseTo(1.5, 2);
      const at = (x: number, y: number) =>
        [
          ...data.subarray(
            info.channels * (Math.round(y * info.height) * info.width + Math.round(x * info.width)),
          ),
        ].slice(0, 4);
      // The plot's margins are Plotly's own: 80 left and right, 100 above, 80 below.
      const mark = at(0.5, 0.55);
      // A browser that scales a picture rounds its colors.
      for (const [channel, value] of [0xd5, 0x5e, 0, 255].entries())
        expect(Math.abs(mark[channel]! - value)).toBeLessThanOrEqual(2);
      expect(at(0.1, 0.1)).toEqual([0, 0, 0, 0]);
    },
  );

  withBrowser("stay marks where they are few", { timeout: 300_000 }, async () => {
    const svg = (await renderFigure(column(20), { format: "svg" })).toString();
    expect(svg).not.toContain("data:image/png");
    expect(svg.match(/class="point"/g)).toHaveLength(22);
  });
});
