/** Shares of a run after which every filter is probed: dense at first, then every tenth, so that deaths are dated. */
const shares = [0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** Steps at which filters are probed, ascending, from 0 to the last; fewer where rounding makes them equal. */
export function probeSteps(steps: number): number[] {
  return [...new Set(shares.map((share) => Math.round(share * steps)))];
}
