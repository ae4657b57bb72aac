import { UserError } from "../errors.js";
import type { ArmRuns } from "./hypothesis.js";

/** The arms that `holds`; throws where there is none, or none was trained, with the command that trains them. */
export function armsWhere(
  id: string,
  arms: readonly ArmRuns[],
  what: string,
  holds: (arm: ArmRuns["arm"]) => boolean,
): ArmRuns[] {
  const found = arms.filter(({ arm, runs }) => holds(arm) && runs.length > 0);
  if (found.length > 0) return found;
  throw new UserError(
    `${id.toUpperCase()} needs ${what}, and none of its runs is there. Train them: npm run reproduce -- ${id}.`,
  );
}

/** The one arm that `holds`. */
export const armWhere = (...query: Parameters<typeof armsWhere>): ArmRuns => armsWhere(...query)[0]!;
