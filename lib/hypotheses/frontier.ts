import type { Run } from "../runs/record.js";
import type { ArmRuns } from "../study/arm.js";
import { errorMargin } from "../study/envelope.js";

/** One end of training: test error and dead share, in %. */
export interface FrontierPoint {
  lambda: number;
  error: number;
  dead: number;
}

/** Points of one seed over an optimizer's penalties, lambda ascending; diverged runs have none. */
export function frontierOf(arms: readonly ArmRuns[], seed: number): FrontierPoint[] {
  return arms
    .flatMap(({ arm, runs }) =>
      runs
        .filter(({ record }) => record.seed === seed && record.status === "finished")
        .map((run) => ({ lambda: arm.lambda, ...endOf(run) })),
    )
    .sort((a, b) => a.lambda - b.lambda);
}

const endOf = ({ record: { final } }: Run) => ({
  error: 100 * final.testError,
  dead: 100 * final.deadByActivation,
});

/**
 * The largest dead share along the path through the points, straight from each penalty to the next, where the test
 * error is at most `error`: what an optimizer's penalty kills before it costs more than that. NaN where the whole path
 * lies above.
 */
export function deadShareWithin(points: readonly FrontierPoint[], error: number): number {
  let most = Number.NaN;
  const consider = (dead: number) => {
    if (!(dead <= most)) most = dead;
  };
  for (const [index, point] of points.entries()) {
    if (point.error <= error) consider(point.dead);
    const next = points[index + 1];
    if (next && point.error <= error !== next.error <= error) {
      const share = (error - point.error) / (next.error - point.error);
      consider(point.dead + share * (next.dead - point.dead));
    }
  }
  return most;
}

/** Whether every arm that was trained at all has a run of the seed: a part of a sweep would pass for the whole. */
export const hasSeed = (arms: readonly ArmRuns[], seed: number): boolean =>
  arms.every(({ runs }) => runs.length === 0 || runs.some(({ record }) => record.seed === seed));

/**
 * Dead shares, %, of two families at matched test error, for one seed: each family's `deadShareWithin` the lowest error
 * that both reach, plus the margin. NaN where a run of the seed is missing.
 */
export function deadSharesAtLikeError(
  more: readonly ArmRuns[],
  less: readonly ArmRuns[],
  seed: number,
): [more: number, less: number] {
  if (!hasSeed([...more, ...less], seed)) return [Number.NaN, Number.NaN];
  const paths = [frontierOf(more, seed), frontierOf(less, seed)] as const;
  const limit = errorMargin + Math.max(...paths.map((path) => Math.min(...path.map(({ error }) => error))));
  return [deadShareWithin(paths[0], limit), deadShareWithin(paths[1], limit)];
}
