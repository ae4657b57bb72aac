import type { FilterLayer, Network } from "../models/index.js";

/**
 * Two filters of a layer are twins when what they are compared by is above this: the threshold on correlations of
 * activations in the code of Andriushchenko et al. 2023 (arXiv 2210.05337, `corr_threshold` of `compute_feature_sparsity`).
 * That it holds for cosines of weights too is this project's choice.
 */
export const twinThreshold = 0.95;

/** A filter of a layer that does what an earlier one does. */
export interface Copy {
  filter: number;
  /** The one that it is a copy of, itself no copy. */
  original: number;
}

/**
 * The copies among some filters: each in order is a copy of the first before it that is none itself and that it is alike
 * beyond the threshold; NaN is alike nothing. The code of Andriushchenko et al. drops a filter that is alike any other that is
 * left; here every copy has an original that stands for it, and a chain of likenesses makes fewer copies.
 */
export function findCopies(
  filters: readonly number[],
  alike: (a: number, b: number) => number,
  threshold = twinThreshold,
): Copy[] {
  const originals: number[] = [];
  const copies: Copy[] = [];
  for (const filter of filters) {
    const original = originals.find((other) => alike(other, filter) > threshold);
    if (original === undefined) originals.push(filter);
    else copies.push({ filter, original });
  }
  return copies;
}

/** Likeness of a filter with the one most like it, the mean over some filters; NaN where none is like any. */
export function nearestLikeness(filters: readonly number[], alike: (a: number, b: number) => number): number {
  const nearest = filters
    .map((filter) =>
      filters
        .map((other) => (other === filter ? Number.NaN : alike(other, filter)))
        .reduce((most, value) => (value > most ? value : most), -Infinity),
    )
    .filter(Number.isFinite);
  return nearest.reduce((sum, value) => sum + value, 0) / nearest.length;
}

/**
 * Cosines between the incoming weights of a layer's filters, each with its gamma's sign: what batch normalization leaves of
 * their directions. NaN for a filter without weights.
 */
export function weightCosines(
  { layout }: Network,
  { weight, gamma, filters }: FilterLayer,
  parameters: Float32Array,
): (a: number, b: number) => number {
  const weights = layout.view(parameters, layout.slots[weight]!);
  const gammas = gamma === undefined ? undefined : layout.view(parameters, layout.slots[gamma]!);
  const products = new Float64Array(filters * filters);
  for (let start = 0; start < weights.length; start += filters)
    for (let a = 0; a < filters; a++)
      for (let b = 0; b < filters; b++)
        products[a * filters + b]! += weights[start + a]! * weights[start + b]!;
  const product = (a: number, b: number) => products[a * filters + b]!;
  const sign = (filter: number) => (gammas === undefined ? 1 : Math.sign(gammas[filter]!));
  return (a, b) => (sign(a) * sign(b) * product(a, b)) / Math.sqrt(product(a, a) * product(b, b));
}
