import { Matrix, solve } from "ml-matrix";
import { UserError } from "./errors.js";
import { mean } from "./statistics.js";

/** A fitted model: features of one case in, predicted value out. */
export type Prediction = (features: readonly number[]) => number;

/**
 * Ridge regression (Hoerl and Kennard 1970): least squares on standardized features with `strength` times the squared norm
 * of their weights added; the intercept goes free. Features that are constant get no weight. Throws `UserError` without
 * cases, or where they differ in length.
 */
export function ridgeRegression(
  features: readonly (readonly number[])[],
  targets: readonly number[],
  { strength = 1 }: { strength?: number } = {},
): Prediction {
  const [first] = features;
  if (!first || features.length !== targets.length || features.some(({ length }) => length !== first.length))
    throw new UserError(
      `A regression needs equally many features for every target, at least one: got ${features.length} and ${targets.length} cases.`,
    );
  const centers = first.map((_, j) => mean(features.map((row) => row[j]!)));
  const spreads = first.map(
    (_, j) =>
      Math.sqrt(mean(features.map((row) => (row[j]! - centers[j]!) ** 2))) || Number.POSITIVE_INFINITY,
  );
  const standardized = (row: readonly number[]) => row.map((value, j) => (value - centers[j]!) / spreads[j]!);
  const intercept = mean(targets);
  const design = new Matrix(features.map(standardized));
  const transposed = design.transpose();
  const weights = solve(
    transposed.mmul(design).add(Matrix.eye(first.length).mul(strength)),
    transposed.mmul(Matrix.columnVector(targets.map((target) => target - intercept))),
  ).to1DArray();
  return (row) => standardized(row).reduce((sum, value, j) => sum + value * weights[j]!, intercept);
}
