/**
 * Steps at which filters are probed: the start, and `count - 1` log-spaced ones from 1 % of the run to its end.
 * Fewer where rounding makes them equal.
 */
export function probeSteps(steps: number, count = 12): number[] {
  const spaced = Array.from({ length: count - 1 }, (_, index) => {
    const exponent = -2 + (2 * index) / (count - 2);
    return Math.max(1, Math.round(steps * 10 ** exponent));
  });
  return [...new Set([0, ...spaced])];
}
