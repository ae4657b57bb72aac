import type { ArmRuns } from "./arm.js";

/** Where one run ended, in %. */
export interface EndPoint {
  /** On the images that the run was evaluated on. */
  error: number;
  /** Share of its filters that are dead. */
  dead: number;
}

/** Which definition of dead counts. */
export type DeadBy = "deadByActivation" | "deadByScale";

/** Where the finished runs of one seed ended, over all settings of a family: rates, warm-up, strengths of the penalty. */
export const endPoints = (
  arms: readonly ArmRuns[],
  { seed, by = "deadByActivation" }: { seed: number; by?: DeadBy },
): EndPoint[] =>
  arms.flatMap(({ runs }) =>
    runs
      .filter(({ record }) => record.seed === seed && record.status === "finished")
      .map(({ record: { final } }) => ({ error: 100 * final.testError, dead: 100 * final[by] })),
  );

/**
 * What a family reaches at its best, whatever it is set to. Comparing families by their envelopes holds no setting equal that
 * suits one of them better. Only what some setting reached counts, nothing between two of them: a further setting never makes
 * an envelope worse.
 */
export class Envelope {
  /** Those that no other point beats in both error and dead share: by error, ascending, and so by dead share. */
  readonly points: readonly EndPoint[];
  /** The most accurate point. */
  private readonly best: EndPoint | undefined;

  /** @param best the most accurate one, where other images than the points' own say which; default: the lowest error */
  constructor(points: readonly EndPoint[], { best }: { best?: EndPoint | undefined } = {}) {
    const kept: EndPoint[] = [];
    for (const point of points.toSorted((a, b) => a.error - b.error || b.dead - a.dead))
      if (point.dead > (kept.at(-1)?.dead ?? Number.NEGATIVE_INFINITY)) kept.push(point);
    this.points = kept;
    this.best = best ?? kept[0];
  }

  /** Error of the most accurate point; NaN of no points. */
  get leastError(): number {
    return this.best?.error ?? Number.NaN;
  }

  /** Dead share of the most accurate point; NaN of no points. */
  get deadAtBest(): number {
    return this.best?.dead ?? Number.NaN;
  }

  /** The largest dead share of all; NaN of no points. */
  get largestDead(): number {
    return this.points.at(-1)?.dead ?? Number.NaN;
  }

  /** The largest dead share at an error of at most this; NaN below the lowest error. */
  deadWithin(error: number): number {
    return this.points.findLast((point) => point.error <= error)?.dead ?? Number.NaN;
  }

  /** The lowest error at a dead share of at least this; NaN beyond the largest dead share. */
  errorWith(dead: number): number {
    return this.points.find((point) => point.dead >= dead)?.error ?? Number.NaN;
  }
}

/** Test error, points, given away for sparsity at most when families are compared at matched test error. */
export const errorMargin = 1;

/** Dead shares, %, at which families are compared at matched dead share. */
export const matchedDeadShares: readonly number[] = [10, 20, 30, 40, 50, 60, 70, 80];

/** Two numbers of one seed to compare, the side first that a claim says is larger; NaN where the seed tells nothing. */
export type Sides = [more: number, less: number];

/** Test error, %, up to which two families count as equally accurate: at most `margin` above the lowest that both reach. */
export const matchedErrorOf = (more: Envelope, less: Envelope, margin = errorMargin): number =>
  Math.max(more.leastError, less.leastError) + margin;

/** Dead shares, %, of two families at matched test error. */
export function atMatchedError(more: Envelope, less: Envelope, margin = errorMargin): Sides {
  const limit = matchedErrorOf(more, less, margin);
  return [more.deadWithin(limit), less.deadWithin(limit)];
}

/**
 * Test errors, %, of two families at matched dead share: each the mean of its lowest errors over the shares of
 * `matchedDeadShares` that both reach; NaN where there is none. The family that dies more cheaply has the lower one.
 */
export function atMatchedDeadShare(more: Envelope, less: Envelope): Sides {
  const shared = matchedDeadShares.filter((share) => share <= Math.min(more.largestDead, less.largestDead));
  const mean = (of: Envelope) => shared.reduce((sum, share) => sum + of.errorWith(share), 0) / shared.length;
  return shared.length === 0 ? [Number.NaN, Number.NaN] : [mean(more), mean(less)];
}

/** Dead shares, %, of two families, each at its own lowest test error. */
export const atTheirBest = (more: Envelope, less: Envelope): Sides => [more.deadAtBest, less.deadAtBest];
