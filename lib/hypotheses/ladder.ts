import type { PlotlyFigure } from "../figures/figure.js";
import { ladderChart } from "../figures/ladder.js";
import { rungs } from "./ladder/arms.js";
import type { LadderStep } from "./ladder/steps.js";
import { missingRungs } from "./ladder/text.js";

export { type LadderStep, ladderSteps, type RungRuns, recordedLadder } from "./ladder/steps.js";
export { ladderTable, ladderText } from "./ladder/text.js";

/** Every question on every rung with runs. Throws `UserError` where none has any. */
export const ladderFigure = (steps: readonly LadderStep[]): PlotlyFigure =>
  ladderChart(
    steps.flatMap(({ question, rung, seeds, verdict: { smallestEffect } }) =>
      seeds.map(({ seed, effect }) => ({
        question: question.title,
        rung: rung.title,
        unit: question.unit,
        ...{ seed, effect, smallestEffect },
      })),
    ),
    {
      rungs: rungs.map(({ title }) => title),
      missing: missingRungs(steps).map(({ title }) => title),
    },
  );
