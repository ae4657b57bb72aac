import type { Cell, Table } from "../../tables/table.js";
import { type Rung, rungs } from "./arms.js";
import { ladderQuestions } from "./questions.js";
import type { LadderStep } from "./steps.js";

type Direction = "as claimed" | "no difference that matters" | "the other way";

/** Where a step's effect lies, whatever its interval. */
function directionOf({ verdict: { effect, smallestEffect } }: LadderStep): Direction {
  if (effect > smallestEffect) return "as claimed";
  return effect < -Math.abs(smallestEffect) ? "the other way" : "no difference that matters";
}

/** Rungs that no question has an answer on. */
export const missingRungs = (steps: readonly LadderStep[]): Rung[] =>
  rungs.filter((rung) => !steps.some((step) => step.rung.name === rung.name));

/**
 * For each question whether its direction is the same on every rung, or on which it turns, of the rungs that have the runs: a
 * sentence each. By the mean effect alone, since rungs between the ends may have one seed.
 */
export function ladderText(steps: readonly LadderStep[]): string {
  const missing = missingRungs(steps).map(({ title }) => title);
  const told = ladderQuestions.flatMap(({ title }) => {
    const own = steps.filter(({ question }) => question.title === title);
    return own.length > 0 ? [`**${title}**: ${courseOf(own)}`] : [];
  });
  return [
    ...told.map((sentence) => `${sentence}.`),
    ...(missing.length > 0 ? [`Not trained yet: ${missing.join("; ")}.`] : []),
  ].join(" ");
}

function courseOf(steps: readonly LadderStep[]): string {
  const [first, ...others] = steps;
  const start = directionOf(first!);
  if (others.length === 0) return `${start} on its one rung, ${first!.rung.title}`;
  const turns = others.flatMap((step, place) => {
    const direction = directionOf(step);
    return direction === directionOf(steps[place]!) ? [] : [`${direction} from ${step.rung.title} on`];
  });
  return turns.length === 0
    ? `${start} on all ${steps.length} rungs`
    : `${start} on ${first!.rung.title}, ${turns.join(", ")}`;
}

/** A row for every question, a column for every rung; what has no runs is empty. */
export function ladderTable(steps: readonly LadderStep[]): Table {
  return {
    title: "From lite to reduced, one step at a time",
    columns: [
      { label: "Question", width: 36 },
      { label: "Unit" },
      ...rungs.map(({ title }) => ({ label: title, digits: 1 })),
    ],
    rows: ladderQuestions.map(({ title, unit }): Cell[] => [
      title,
      unit,
      ...rungs.map(({ name }): Cell => {
        const step = steps.find(({ question, rung }) => question.title === title && rung.name === name);
        if (!step) return null;
        const [low, high] = step.verdict.interval;
        return { mean: step.verdict.effect, halfWidth: (high - low) / 2 };
      }),
    ]),
    note: "Each rung keeps what the ones before it changed. Positive: as the claim says. ± is half the 95 % interval of the seed-paired difference; none from one seed. SGD with momentum keeps its rate, so that its last two rungs are the same runs.",
  };
}
