import { describe, expect, it } from "vitest";
import { optimizerNames, optimizerStyle, stateColors, tint } from "../../lib/figures/palette.js";
import { template, withTheme } from "../../lib/figures/theme.js";

describe("the palette", () => {
  it("gives each optimizer of the study a color, a marker and a dash of its own", () => {
    const styles = optimizerNames.map(optimizerStyle);
    expect(styles).toHaveLength(13);
    for (const part of ["color", "symbol", "dash"] as const) {
      expect(new Set(styles.map((style) => style[part])).size).toBe(13);
    }
  });

  it("lends no state of a filter an optimizer's color", () => {
    const colors = optimizerNames.map((name) => optimizerStyle(name).color);
    for (const color of Object.values(stateColors)) expect(colors).not.toContain(color);
  });

  it("keeps every optimizer readable on white: contrast of at least 2 to 1, in print by darkness", () => {
    for (const name of optimizerNames) {
      expect(1.05 / (luminance(optimizerStyle(name).color) + 0.05), name).toBeGreaterThan(2);
    }
  });

  it("orders the states from light to dark, as greyscale print shows them", () => {
    const order = [stateColors.alive, stateColors.deadByActivation, stateColors.deadByScale].map(luminance);
    expect(order).toEqual([...order].sort((a, b) => b - a));
  });

  it("finds an optimizer whatever the spaces and case, and refuses an unknown one", () => {
    expect(optimizerStyle("sgd + momentum")).toBe(optimizerStyle("SGD+momentum"));
    expect(() => optimizerStyle("Adamm")).toThrow(/Expected one of SGD/);
  });

  it("tints towards white", () => {
    expect([tint("#336699", 1), tint("#336699", 0)]).toEqual(["#336699", "#ffffff"]);
  });
});

describe("the themes", () => {
  it("bring their own white paper, since a notebook may be dark", () => {
    for (const theme of ["screen", "print"] as const) {
      expect(template(theme).layout).toMatchObject({ paper_bgcolor: "#FFFFFF", plot_bgcolor: "#FFFFFF" });
    }
  });

  it("change a copy of the figure", () => {
    const figure = { data: [], layout: { template: template("screen") } };
    expect(withTheme(figure, "print").layout.template).toEqual(template("print"));
    expect(figure.layout.template).toEqual(template("screen"));
  });
});

/** Relative luminance of "#rrggbb" (WCAG 2). */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
