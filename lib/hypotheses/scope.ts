import type { Scale } from "../study/arm.js";

/** How far a verdict reaches: a toy experiment, a dataset whole with a narrow network, or the paper's size. */
export type Scope = "toy" | "reduced" | "full";

export const scopes: Record<Scale, Scope> = {
  smoke: "toy",
  quick: "toy",
  lite: "toy",
  reduced: "reduced",
  paper: "full",
};
