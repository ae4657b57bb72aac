import { op } from "arquero";
import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { arrange, figureWidth } from "../../lib/figures/arrange.js";
import { chart } from "../../lib/figures/chart.js";
import { band, dot, mean, seeds } from "../../lib/figures/marks/index.js";
import { linear, penalty, share, ticked } from "../../lib/figures/scales.js";
import { textWidth } from "../../lib/figures/text.js";
import { filtersFrame, runsFrame } from "../../lib/tables/data-frames.js";
import { legendOf, tracesOf } from "../support/figure-points.js";
import { madeUpArm, madeUpStudy } from "../support/made-up-runs.js";

const study = madeUpStudy();
const byOptimizer = { of: "optimizer", look: () => ({ color: "#332288" }) };

/** The central figure of a notebook, as a cell makes it. */
const central = (more: object = {}) =>
  chart({
    title: "Dead share",
    reading: "Line: mean of the seeds.",
    about: study,
    rows: runsFrame(study),
    panels: { of: "optimizer" },
    x: { of: "lambda", scale: penalty, title: "λ" },
    y: { of: "deadByActivation", scale: share, title: "Dead (%)", unit: " %" },
    series: byOptimizer,
    marks: [mean(), seeds()],
    ...more,
  });

describe("a chart", () => {
  it("draws an arquero table as a cell has filtered and rolled it up", () => {
    const rows = runsFrame(study)
      .groupby("optimizer", "lambda")
      .rollup({ dead: op.mean("deadByScale"), error: op.mean("testError") });
    const figure = chart({
      title: "Error against dead",
      reading: "A mark an arm.",
      rows,
      x: { of: "dead", title: "Dead (%)" },
      y: { of: "error", title: "Error (%)" },
      series: byOptimizer,
      marks: [dot({ hover: "%{y:.1f}", legend: true })],
    });
    expect(tracesOf(figure).flatMap(({ x }) => x)).toHaveLength(study.length);
    expect(legendOf(figure)).toEqual(["Adam", "SGD+momentum"]);
  });

  it("refuses no rows and a column that is not there, and says what there is", () => {
    expect(() => central({ rows: [] })).toThrow(UserError);
    expect(() => central({ y: { of: "deadBySale", title: "" } })).toThrow(
      /no column "deadBySale".*deadByScale/,
    );
  });

  it("has room for lines that share a label at their end", () => {
    const names = ["0", "10<sup>-4</sup>", "10<sup>-3</sup>"];
    const drawn = (merged: boolean) =>
      central({
        rows: names.flatMap((name) => [0, 1].map((step) => ({ name, step, dead: 0 }))),
        about: undefined,
        panels: undefined,
        x: { of: "step", title: "Step" },
        y: { of: "dead", scale: share, title: "Dead (%)" },
        series: { of: "name", look: () => ({ color: "#332288" }) },
        marks: [band({ labels: { merged, prefix: "λ = " } })],
        legend: false,
      });
    const margin = (figure: ReturnType<typeof chart>) => figure.layout.margin!.r!;
    const shared = drawn(true);
    const label = shared.layout.annotations!.find(({ text }) => /^λ = /.test(text!))!.text!;
    expect(label).toBe(`λ = ${names.join(", ")}`);
    expect(margin(shared)).toBeGreaterThan(textWidth(label, 12.5));
    expect(margin(shared)).toBeGreaterThan(margin(drawn(false)));
  });

  it("gives every panel axes of its own and all the same scale, unless they are free", () => {
    const { layout } = central();
    expect(layout.yaxis!.range).toEqual(layout.yaxis2!.range);
    const free = central({
      x: { of: "lambda", scale: ticked(), title: "λ", free: true },
      rows: runsFrame(study).filter(
        (row: { lambda: number; optimizer: string }) =>
          row.lambda > 0 && (row.optimizer === "Adam" || row.lambda > 1e-4),
      ),
    });
    expect(free.layout.xaxis!.range).not.toEqual(free.layout.xaxis2!.range);
  });
});

describe("arranged for a width", () => {
  const pixels = ({ layout }: ReturnType<typeof central>, axis: "xaxis" | "xaxis2") => {
    const [from, to] = layout[axis]!.domain as [number, number];
    return (to - from) * (layout.width! - layout.margin!.l! - layout.margin!.r!);
  };

  it("keeps the data and knows its panels: side by side, or below each other on a phone", () => {
    const figure = central();
    const phone = arrange(figure, { width: 390, head: false });
    expect(phone.data).toEqual(figure.data);
    expect(phone.layout.width).toBe(390);
    expect(phone.layout.xaxis2!.domain![0]).toBe(0);
    expect(pixels(phone, "xaxis")).toBeGreaterThan(250);
    expect(pixels(figure, "xaxis")).toBeCloseTo(pixels(figure, "xaxis2"), 6);
  });

  it("keeps the panels of a row together on a phone, with one title below them", () => {
    const figure = central({
      panels: { of: "arm", row: "optimizer", title: (name: string, column: number) => `${column} ${name}` },
      x: { of: "lambda", scale: ticked(), title: "Strength of the penalty, in words that are long" },
      rows: runsFrame(study).filter((row: { lambda: number }) => row.lambda > 0),
    });
    const narrow = arrange(figure, { width: 350 });
    const places = (layout: object, axis: "xaxis" | "yaxis") =>
      Object.entries(layout)
        .filter(([key]) => key.startsWith(axis))
        .map(([, { domain }]) => (domain as number[])[0]!.toFixed(3));
    const optimizers = new Set(study.map(({ arm }) => arm.optimizer)).size;
    expect(new Set(places(narrow.layout, "yaxis")).size).toBe(optimizers);
    expect(new Set(places(narrow.layout, "xaxis")).size).toBe(
      places(narrow.layout, "xaxis").length / optimizers,
    );
    const { meta: _known, ...drawn } = narrow.layout;
    expect(JSON.stringify(drawn).match(/Strength of the penalty/g)).toHaveLength(1);
    expect(JSON.stringify(narrow.layout.annotations)).toContain("0 Adam");
    for (const [key, axis] of Object.entries(narrow.layout))
      if (key.startsWith("xaxis")) expect((axis as { tickangle?: number }).tickangle).toBe(0);
  });

  it("is the same figure again at its first width, whatever came between", () => {
    const figure = central();
    const back = arrange(arrange(figure, { width: 390, head: false }), { width: figureWidth });
    expect(back).toEqual(figure);
  });

  it("leaves alone what does not know its panels", () => {
    const figure = { data: [], layout: { width: 500 } };
    expect(arrange(figure, { width: 390 })).toBe(figure);
  });
});

describe("rows", () => {
  it("of filters are of the last probe, or of all of them, with what arms vary beside what was measured", () => {
    const arm = madeUpArm({ widths: [4], lambda: 1e-3, seeds: [1] });
    const { steps } = arm.runs[0]!.record.probes;
    expect(filtersFrame([arm]).numRows()).toBe(4);
    const all = filtersFrame([arm], { probes: "all" });
    expect(all.numRows()).toBe(4 * steps.length);
    expect(all.columnNames()).toEqual(
      expect.arrayContaining([
        "optimizer",
        "penalty",
        "lambda",
        "rate",
        "schedule",
        "weightNorm",
        "gammaGradient",
        "step",
      ]),
    );
    expect(all.array("step").slice(0, 2)).toEqual(steps.slice(0, 2));
  });

  it("scales hold what they are told to besides the data", () => {
    expect(linear({ pad: 0, holds: [0] })([5, 10]).axis.range).toEqual([0, 10]);
  });
});
