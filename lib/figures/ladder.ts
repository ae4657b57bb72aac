import { UserError } from "../errors.js";
import { chart } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { rule, seeds, zone } from "./marks/index.js";
import { inPanel } from "./marks/mark.js";
import { black, dotMeans, intervalEnds } from "./rows-chart.js";
import { linear, names } from "./scales.js";

/** One seed's answer to a question on one rung. */
export interface LadderPoint {
  question: string;
  rung: string;
  seed: number;
  /** In `unit`; positive as claimed. */
  effect: number;
  unit: string;
  smallestEffect: number;
}

/**
 * The same questions on the rungs from a toy to something larger: a panel per question, the rungs from the top down. Rungs
 * without runs keep their place. Throws `UserError` of no points.
 *
 * @param rungs titles, from the first
 */
export function ladderChart(
  points: readonly LadderPoint[],
  { rungs, missing }: { rungs: readonly string[]; missing: readonly string[] },
): PlotlyFigure {
  if (points.length === 0)
    throw new UserError(
      "No rung of the ladder has runs to show. Train them: npm run sweep -- ladder --scale reduced.",
    );
  const questions = [...new Map(points.map((point) => [point.question, point])).values()];
  const of = (panel: string) => questions.find(({ question }) => question === panel)!;
  const effectsOf = (panel: string) =>
    rungs.map((rung) =>
      points.filter((point) => point.question === panel && point.rung === rung).map(({ effect }) => effect),
    );
  return chart<LadderPoint>({
    title: "From a toy to all of CIFAR-10, one step at a time",
    reading: [
      "From the top down each row adds its step to those above. Right of 0: as claimed; grey band: too small to matter. Large mark: mean; bar: 95 % interval; small marks: seeds; one seed has no bar.",
      ...(missing.length > 0 ? [`Not trained yet: ${missing.join("; ")}.`] : []),
    ],
    rows: points,
    panels: { of: "question", names: questions.map(({ question }) => question), columns: 3 },
    x: (panel) => {
      const { unit, smallestEffect } = of(panel);
      return {
        of: "effect",
        scale: linear({
          holds: [0, smallestEffect, -smallestEffect, ...intervalEnds(effectsOf(panel))],
          pad: 0.1,
        }),
        title: unit,
        unit: ` ${unit}`,
      };
    },
    y: { of: "rung", scale: names(rungs), title: "" },
    series: { of: () => "", look: () => black("circle") },
    marks: [
      ...questions.map(({ question, smallestEffect }) =>
        inPanel<LadderPoint>(question, zone(-Math.abs(smallestEffect), Math.abs(smallestEffect))),
      ),
      rule({ x: 0 }, { color: "#8C8C8C", width: 1 }),
      dotMeans("interval"),
      seeds({ values: "x" }),
    ],
    legend: false,
    height: Math.max(110, 30 * rungs.length),
  });
}
