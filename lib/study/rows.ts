import type { PairedRow } from "./paired.js";

/** Dead share, %, of one seed of an optimizer and of SGD with momentum, each at the same test error. */
export interface LikeErrorRow extends PairedRow {
  dead: number;
  sgd: number;
}

/** Gap in test error, points, of one seed of an optimizer to SGD with momentum. */
export interface GapRow extends PairedRow {
  /** Between the most accurate arm of each. */
  best: number;
  /** Between the optimizer's most accurate arm and SGD in a network with as many filters alive; NaN beyond those. */
  equal: number;
  /** Between the same arm and SGD where its penalty has killed the same share of filters; NaN beyond. */
  penalized: number;
}
