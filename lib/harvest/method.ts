import type { RunConfig } from "../runs/config.js";

/** How a run came to its number of multiply-accumulates. */
export const pruningMethods = [
  "implicit",
  "network slimming",
  "magnitude",
  "scratch, equal epochs",
  "scratch, equal compute",
  "before slimming",
] as const;
export type PruningMethod = (typeof pruningMethods)[number];

/**
 * "implicit": trained as ever, what died is cut. "before slimming": trained with L1 on gamma, nothing chosen yet.
 * "scratch": only the architecture is another run's.
 */
export function pruningMethod({ start, penalty }: Pick<RunConfig, "start" | "penalty">): PruningMethod {
  if (!start) return penalty.l1Gamma > 0 ? "before slimming" : "implicit";
  if (start.weights === "initial")
    return start.budget === "compute" ? "scratch, equal compute" : "scratch, equal epochs";
  switch (start.prune.method) {
    case "slimming":
      return "network slimming";
    case "magnitude":
      return "magnitude";
    default:
      return "implicit";
  }
}
