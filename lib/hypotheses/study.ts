import { UsageError, UserError } from "../errors.js";
import { type StudyRuns, studyRuns } from "../study/study-runs.js";
import { decideContrast, isPlanned, partOf } from "./contrast.js";
import type { FigureEntry, Hypothesis, HypothesisEntry, NumberedFigure } from "./hypothesis.js";
import { tunedArms } from "./tuned.js";

/** A hypothesis from what it is: its verdicts and figures are computed of runs when they are asked for, one at a time. */
export function study<ContrastName extends string, FigureName extends string>(
  entry: HypothesisEntry<ContrastName, FigureName>,
): Hypothesis<ContrastName | "main", FigureName> {
  const { id, contrasts, figures: allFigures, families = [], alongside, ...words } = entry;
  const figures: Readonly<Record<FigureName, FigureEntry>> = allFigures;
  const figureNames = Object.keys(figures) as FigureName[];
  const contrastNames = Object.keys(contrasts) as (ContrastName | "main")[];

  function verdict(name: ContrastName | "main", runs: StudyRuns) {
    const contrast = contrasts[name];
    if (contrast === undefined) throw unknown("contrast", name, contrastNames);
    if (name !== "main" && !isPlanned(contrast, runs))
      throw new UserError(`${id} has nothing to compare for "${name}" among these arms.`);
    const suffix = name === "main" ? undefined : (contrast.id ?? contrast.part);
    return decideContrast(entry, { ...contrast, ...(suffix !== undefined && { id: suffix }) }, runs);
  }

  const planned = (runs: StudyRuns) =>
    contrastNames.filter((name) => name === "main" || isPlanned(contrasts[name], runs));

  function figure(name: FigureName, runs: StudyRuns): NumberedFigure {
    const place = figureNames.indexOf(name);
    if (place < 0) throw unknown("figure", name, figureNames);
    const { caption, of, tuned = false } = figures[name];
    const own = studyRuns(runs.filter(({ arm: { family } }) => (family !== undefined) === tuned));
    try {
      return { name, number: place + 1, caption, figure: of(own) };
    } catch (error) {
      if (!isLack(error)) throw error;
      throw new UserError(`Figure ${place + 1} of ${id} (${name}) is left out. ${error.message}`, {
        cause: error,
      });
    }
  }

  const unknown = (what: string, name: string, known: readonly string[]) =>
    new UsageError(`${id} has no ${what} "${name}". It has ${known.join(", ")}.`);

  return {
    ...words,
    ...{ id, contrasts, figureNames },
    tunedArms: (options) => [...tunedArms(options, families), ...(alongside?.(options) ?? [])],
    verdict: (name, runs) => verdict(name, studyRuns(runs)),
    verdicts(arms) {
      const runs = studyRuns(arms);
      return planned(runs).map((name) => verdict(name, runs));
    },
    parts(arms) {
      const runs = studyRuns(arms);
      return planned(runs).filter((name) => name === "main" || partOf(contrasts[name], runs) !== undefined);
    },
    figure: (name, runs) => figure(name, studyRuns(runs)),
    figures(arms, onMissing) {
      const runs = studyRuns(arms);
      return figureNames.flatMap((name) => {
        try {
          return [figure(name, runs)];
        } catch (error) {
          if (!isLack(error)) throw error;
          onMissing?.(error.message);
          return [];
        }
      });
    },
  };
}

/** Whether something that an analysis needs is not there, which is no mistake. */
const isLack = (error: unknown): error is UserError =>
  error instanceof UserError && !(error instanceof UsageError);
