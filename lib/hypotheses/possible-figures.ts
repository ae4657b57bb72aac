import { UserError } from "../errors.js";
import type { NamedFigure } from "../figures/figure.js";

/**
 * The figures that the runs at hand allow, in order: one that needs runs which are not there is left out, so that the
 * others can be seen while training goes on. Throws the first one's `UserError` where none can be drawn.
 */
export function possibleFigures(figures: readonly (() => NamedFigure)[]): NamedFigure[] {
  let first: UserError | undefined;
  const drawn = figures.flatMap((figure) => {
    try {
      return [figure()];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      first ??= error;
      return [];
    }
  });
  if (drawn.length === 0 && first) throw first;
  return drawn;
}
