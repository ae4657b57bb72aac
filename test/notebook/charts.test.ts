import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import type { PlotlyFigure } from "../../lib/figures/figure.js";
import { hypotheses, protocolSeeds, recordedHypothesis } from "../../lib/hypotheses/index.js";
import { listNotebooks, type NotebookOutput, readNotebook } from "../../lib/notebook/notebooks.js";
import { type FigureOrigin, originKey } from "../../lib/notebook/origin.js";
import type { Run } from "../../lib/runs/record.js";
import { listRuns } from "../../lib/runs/store.js";
import { pointsOf } from "../support/figure-points.js";

/*
 * A cell may make a hypothesis' figure by itself, from rows, under its name: exports and the site then show the hypothesis' own,
 * and readers must see the same marks in both. Places along an axis may differ by how much series are moved apart.
 */

const stored = listRuns();
const known = new Map<string, Run>();

/** What is measured, of every mark, in order: places of the axis that names or strengths stand on are left out. */
const valuesOf = (figure: PlotlyFigure): string[] =>
  Object.values(pointsOf(figure))
    .flatMap((series) => Object.values(series).flat())
    .map(([x, y]) => `${shown(x)} ${shown(y)}`)
    .sort();
const shown = (value: unknown) =>
  typeof value === "number" ? Number(value.toPrecision(3)).toFixed(2) : String(value);

const charts = (outputs: NotebookOutput[]) =>
  outputs.flatMap(({ data, metadata }) => {
    const origin = metadata?.[originKey] as FigureOrigin | undefined;
    const figure = data?.["application/vnd.plotly.v1+json"] as PlotlyFigure | undefined;
    return origin?.figure && figure ? [{ name: origin.figure, figure }] : [];
  });

describe("a chart that a cell makes has the marks of the hypothesis' figure of its name", () => {
  for (const path of listNotebooks()) {
    const hypothesis = hypotheses.find(({ notebook }) => notebook === basename(path, ".ipynb"));
    const own = readNotebook(path).cells.flatMap(({ source, outputs = [] }) =>
      /showFigureOf\([^)]*chart\(/.test([source].flat().join("")) ? charts(outputs) : [],
    );
    if (!hypothesis || own.length === 0) continue;
    it.each(own)(`${hypothesis.id}: $name`, async ({ name, figure }) => {
      const { runs } = await stored;
      const { arms } = await recordedHypothesis(hypothesis, {
        scale: "lite",
        seeds: protocolSeeds,
        stored: runs,
        known,
      });
      expect(valuesOf(figure)).toEqual(valuesOf(hypothesis.figure(name, arms).figure));
    });
  }
});
