import type { DeadBy } from "../../study/envelope.js";

/** What a measure counts as dead; undefined of a measure that counts no deaths. */
export const deadBy = (measure: unknown): DeadBy | undefined =>
  measure === "deadByActivation" || measure === "deadByScale" ? measure : undefined;

/** In sentences and tables. */
export const definitionNames: Record<DeadBy, string> = {
  deadByActivation: "by activation",
  deadByScale: "by scale",
};
