import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { mean, standardDeviation, tInterval } from "../../lib/statistics.js";
import { runsFrame } from "../../lib/tables/data-frames.js";
import { fromArquero } from "../../lib/tables/frames.js";
import { renderTable } from "../../lib/tables/render.js";
import { armSummary, describeRuns, layerSummary } from "../../lib/tables/summary.js";
import type { Estimate } from "../../lib/tables/table.js";
import { madeUpArm, madeUpStudy } from "../support/made-up-runs.js";

describe("runsFrame", () => {
  it("has one row per run, shares and errors in percent, null for a diverged run's error", () => {
    const arm = madeUpArm({ lambda: 1e-3, divergedSeeds: [2] });
    const frame = runsFrame([arm]);
    expect(frame.numRows()).toBe(3);
    expect(frame.get("testError", 0)).toBeCloseTo(100 * arm.runs[0]!.record.final.testError, 10);
    expect(frame.get("testError", 1)).toBeNull();
    expect(frame.get("status", 1)).toBe("diverged");
    expect(fromArquero(frame).rows).toHaveLength(3);
  });
});

describe("armSummary", () => {
  it("gives what lib/statistics gives, for every arm and measure", () => {
    const study = madeUpStudy();
    const { rows } = armSummary(study);
    study.forEach(({ runs }, i) => {
      const measures = [
        runs.map(({ record }) => 100 * record.final.deadByScale),
        runs.map(({ record }) => 100 * record.final.deadByActivation),
        runs.map(({ record }) => 100 * record.final.testError),
      ];
      measures.forEach((values, measure) => {
        const cell = rows[i]![2 + measure] as Estimate;
        expect(cell.mean).toBeCloseTo(mean(values), 6);
        expect(cell.mean + cell.halfWidth).toBeCloseTo(tInterval(values)[1], 5);
      });
    });
  });

  it("marks the lowest test error and nothing else", () => {
    const { rows } = armSummary(madeUpStudy());
    const errors = rows.map((row) => row[4] as Estimate);
    const lowest = Math.min(...errors.map((cell) => cell.mean));
    expect(errors.filter(({ best }) => best).map((cell) => cell.mean)).toEqual([lowest]);
  });

  it("shows diverged, single and missing seeds as what they are", () => {
    const { rows } = armSummary([
      madeUpArm({ divergedSeeds: [1, 2, 3] }),
      madeUpArm({ lambda: 1e-3, divergedSeeds: [1] }),
      madeUpArm({ lambda: 2e-3, seeds: [5] }),
      madeUpArm({ lambda: 1e-2, seeds: [] }),
    ]);
    expect(rows[0]!.slice(1)).toEqual(["3 (3 diverged)", null, null, null]);
    expect(rows[1]![1]).toBe("3 (1 diverged)");
    expect((rows[1]![4] as Estimate).halfWidth).toBeLessThan(Number.POSITIVE_INFINITY);
    expect((rows[2]![4] as Estimate).halfWidth).toBe(Number.POSITIVE_INFINITY);
    expect(rows[3]!.slice(1)).toEqual([0, null, null, null]);
  });

  it("refuses to summarize nothing", () => {
    expect(() => armSummary([])).toThrow(UserError);
  });
});

describe("layerSummary", () => {
  it("has a column per layer in order of depth, in percent of the layer", () => {
    const study = madeUpStudy();
    const { columns, rows } = layerSummary(study);
    expect(columns.map(({ label }) => label)).toEqual([
      "Arm",
      "C1",
      "C2",
      "C3",
      "C4",
      "C5",
      "C6",
      "C7",
      "All",
    ]);
    const values = study[2]!.runs.map(({ record }) => (100 * record.final.layers[1]!.deadByScale) / 32);
    expect((rows[2]![2] as Estimate).mean).toBeCloseTo(mean(values), 8);
  });
});

describe("describeRuns", () => {
  it("is a danfojs frame with the statistics of all completed runs, and prints as a table", () => {
    const study = [...madeUpStudy(), madeUpArm({ lambda: 5e-3, divergedSeeds: [1, 2, 3] })];
    const frame = describeRuns(study);
    const errors = madeUpStudy().flatMap(({ runs }) =>
      runs.map(({ record }) => 100 * record.final.testError),
    );
    expect(frame.at("count", "testError")).toBe(24);
    expect(frame.at("mean", "testError")).toBeCloseTo(mean(errors), 6);
    expect(frame.at("std", "testError")).toBeCloseTo(standardDeviation(errors), 6);
    const printed = inspect(frame);
    expect(printed).toMatch(/^ +deadByScale +deadByActivation +testError/);
    expect(printed).not.toContain("$data");
    expect(inspect(frame.head(2))).not.toContain("$data");
  });

  it("says so when every run diverged, where danfojs would fail", () => {
    expect(() => describeRuns([madeUpArm({ divergedSeeds: [1, 2, 3] })])).toThrow(/Every run diverged/);
  });
});

it("the summary renders in every format", () => {
  for (const format of ["text", "markdown", "html", "csv", "latex"] as const) {
    expect(renderTable(armSummary(madeUpStudy()), format)).toContain("Adam, no penalty");
  }
});
