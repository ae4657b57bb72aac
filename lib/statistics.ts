import jStat from "jstat";
import { UserError } from "./errors.js";

/** Arithmetic mean; NaN of no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The value that a share (0 to 1) of the values lies below, straight between neighbors (Hyndman and Fan's type 7, R's
 * default); NaN of no values.
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const below = Math.max(0, Math.floor(place));
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[below + 1] ?? low;
  return place === below ? low : low + (place - below) * (high - low);
}

/** The middle value, or the mean of the two in the middle; NaN of no values. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Sample standard deviation (divided by n - 1); NaN below two values. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const center = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * Half-width of the two-sided interval of a mean: t(n - 1) * s / sqrt(n), with t the quantile of Student's
 * distribution at (1 + level) / 2. Infinite for a single value, 0 for equal values.
 */
export function tHalfWidth({ n, deviation }: { n: number; deviation: number }, level = 0.95): number {
  if (!(level > 0 && level < 1)) {
    throw new UserError(`Confidence level ${level} is not between 0 and 1. Give a fraction such as 0.95.`);
  }
  if (n < 2) return Number.POSITIVE_INFINITY;
  return deviation === 0 ? 0 : (jStat.studentt.inv((1 + level) / 2, n - 1) * deviation) / Math.sqrt(n);
}

/** Interval of the mean of independent values: [low, high]. (-Infinity, Infinity) for a single value. */
export function tInterval(values: readonly number[], level = 0.95): [number, number] {
  const center = mean(values);
  const halfWidth = tHalfWidth({ n: values.length, deviation: standardDeviation(values) }, level);
  return [center - halfWidth, center + halfWidth];
}

export interface PairedDifference {
  /** Mean of a[i] - b[i]. */
  effect: number;
  /** Interval of that mean. */
  interval: [number, number];
  /** Of that mean: the differences' deviation over the root of their number; NaN of one pair. */
  standardError: number;
  /** Pairs. */
  n: number;
}

/**
 * Mean of the paired differences a[i] - b[i] with its Student t interval (the paired t-test's). `a` and `b` hold
 * one value per seed, in the same order of seeds. Throws `UserError` on unequal lengths, no pairs, or values that
 * are not finite.
 */
export function pairedDifference(a: readonly number[], b: readonly number[], level = 0.95): PairedDifference {
  if (a.length !== b.length || a.length === 0) {
    throw new UserError(
      `A paired difference needs the same seeds on both sides, at least one: got ${a.length} and ${b.length} values. Train the missing seeds.`,
    );
  }
  if (![...a, ...b].every(Number.isFinite)) {
    throw new UserError("A paired difference needs finite values. Leave diverged runs out on both sides.");
  }
  const differences = a.map((value, i) => value - b[i]!);
  const n = differences.length;
  const standardError = standardDeviation(differences) / Math.sqrt(n);
  return { effect: mean(differences), interval: tInterval(differences, level), standardError, n };
}

/**
 * Two-sided p-value of Student's t-test that a mean is `bound`: the chance of one at least as far from it. 1 of a single
 * value; of equal values 0, or 1 where they are the bound itself.
 */
export function tTestPValue(
  { effect, standardError, n }: Pick<PairedDifference, "effect" | "standardError" | "n">,
  bound: number,
): number {
  if (n < 2) return 1;
  const distance = Math.abs(effect - bound);
  if (standardError === 0) return distance > 0 ? 0 : 1;
  return Math.min(1, 2 * (1 - jStat.studentt.cdf(distance / standardError, n - 1)));
}

/**
 * Adjusts the p-values of a family of tests so that the chance of any false rejection stays below the level (Holm,
 * Scandinavian Journal of Statistics 6, 1979): sorted ascending, the k-th of m is multiplied by m - k + 1, made monotone,
 * and capped at 1. In the order given.
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const order = [...pValues.keys()].sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[index]!));
    adjusted[index] = largest;
  }
  return adjusted;
}

/**
 * Spearman's rank correlation of paired values, -1 to 1, equal values sharing their mean rank. NaN below two pairs, and where
 * one side is constant. Throws `UserError` on unequal lengths.
 */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) {
    throw new UserError(`A correlation needs pairs: got ${a.length} and ${b.length} values.`);
  }
  return a.length < 2 ? Number.NaN : jStat.spearmancoeff([...a], [...b]);
}

/**
 * Interval of a share of which `count` of `n` independent trials came true: [low, high] (Wilson, JASA 22, 1927), which stays
 * between 0 and 1 and has a width where none or all did. [0, 1] of no trials.
 */
export function shareInterval(count: number, n: number, level = 0.95): [number, number] {
  if (n === 0) return [0, 1];
  const z = jStat.normal.inv((1 + level) / 2, 0, 1);
  const share = count / n;
  const center = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2))) / (1 + z ** 2 / n);
  return [Math.max(0, center - half), Math.min(1, center + half)];
}

/**
 * Area under the receiver operating characteristic: how likely a positive case has a higher score than a negative one, ties
 * counting half (Mann and Whitney's U over the number of pairs); 0.5 is chance. NaN where one side is empty. Throws
 * `UserError` on unequal lengths.
 */
export function areaUnderCurve(scores: readonly number[], positive: readonly boolean[]): number {
  if (scores.length !== positive.length) {
    throw new UserError(`Scores need a label each: got ${scores.length} and ${positive.length}.`);
  }
  const ranks = jStat.rank([...scores]).filter((_, i) => positive[i]);
  const pairs = ranks.length * (scores.length - ranks.length);
  const sum = ranks.reduce((total, rank) => total + rank, 0);
  return pairs === 0 ? Number.NaN : (sum - (ranks.length * (ranks.length + 1)) / 2) / pairs;
}

/** y at x on the straight lines between points in order of x; NaN beyond them. */
export function between(points: readonly (readonly [x: number, y: number])[], x: number): number {
  const sorted = points.toSorted(([a], [b]) => a - b);
  const above = sorted.findIndex(([at]) => at >= x);
  const high = sorted[above];
  if (!high) return Number.NaN;
  const low = sorted[above - 1];
  if (!low) return high[0] === x ? high[1] : Number.NaN;
  return low[1] + ((x - low[0]) / (high[0] - low[0])) * (high[1] - low[1]);
}

/** Mean of values and half the 95 % Student t interval around it. */
export const meanEstimate = (values: readonly number[]): { mean: number; halfWidth: number } => ({
  mean: mean(values),
  halfWidth: tHalfWidth({ n: values.length, deviation: standardDeviation(values) }),
});
