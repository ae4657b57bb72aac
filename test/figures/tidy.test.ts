import { describe, expect, it } from "vitest";
import { deadShareByLayer, deadShareByPenalty, frontier } from "../../lib/figures/index.js";
import { tidyRows, titleParts } from "../../lib/figures/tidy.js";
import { madeUpStudy } from "../support/made-up-runs.js";

const arms = madeUpStudy({ seeds: [1, 2] });
const runs = arms.reduce((sum, own) => sum + own.runs.length, 0);

describe("tidy rows of a figure", () => {
  it("say of each value what it was measured on, in the figure's own numbers", () => {
    const rows = tidyRows(deadShareByPenalty(arms))!;
    // A panel for each of two measures.
    expect(rows).toHaveLength(2 * runs);
    const { record } = arms[0]!.runs[1]!;
    const own = rows.filter(({ arm, seed }) => arm === arms[0]!.arm.label && seed === record.seed);
    expect(own.map(({ measure, value, unit }) => [measure, value, unit])).toEqual([
      ["share of filters inactive by scale", 100 * record.final.deadByScale, "%"],
      ["share of filters inactive by activation", 100 * record.final.deadByActivation, "%"],
    ]);
    expect(own[0]).toMatchObject({
      optimizer: arms[0]!.arm.optimizer,
      lambda: arms[0]!.arm.lambda,
      rate: record.config.optimizer.learningRate,
    });
  });

  it("have two of them where two things are measured, and the shade where one is shown as such", () => {
    const measured = new Set(tidyRows(frontier(arms))!.map(({ measure }) => measure));
    expect(measured.size).toBe(2);
    expect(measured).toContain("test error");
    for (const row of tidyRows(deadShareByLayer(arms))!) {
      expect(row.value).toEqual(expect.any(Number));
      expect(row).toHaveProperty("depth");
    }
  });

  it("are none of a figure that was not made of rows", () => {
    expect(tidyRows({ data: [], layout: {} })).toBeUndefined();
  });

  it("take measure and unit out of a title", () => {
    expect(titleParts("Dead filters (% of all); higher: sparser")).toEqual({
      measure: "Dead filters",
      unit: "% of all",
    });
    expect(titleParts("|γ| (log scale)")).toEqual({ measure: "|γ|", unit: "" });
    expect(titleParts("Layer")).toEqual({ measure: "Layer", unit: "" });
  });
});
