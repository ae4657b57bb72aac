/**
 * Per-filter measurements, one row per probe and filter, as parallel columns. Floats are rounded as `filters.ts` says,
 * so that they compress.
 */
export interface FilterTable {
  step: Uint32Array;
  layer: Uint8Array;
  filter: Uint16Array;
  /** Scale of the normalization; NaN where there is none. */
  gamma: Float32Array;
  /** Shift of the normalization, or bias where there is none. */
  beta: Float32Array;
  /** Maximum of |activation| over the map and the probed training images. */
  maxActivation: Float32Array;
  /** Share of the probed images whose strongest response is at most 1e-3 of the maximum over all. */
  selectivity: Float32Array;
  /** Euclidean norm of the filter's weights; times lambda it is the norm of an L2 penalty's gradient. */
  weightNorm: Float32Array;
  /** Gradient of the objective (without the penalty) with respect to gamma, the mean over a few mini-batches. */
  gammaGradient: Float32Array;
  /** Euclidean norm of the same mean gradient with respect to the filter's weights. */
  weightGradient: Float32Array;
  /**
   * The optimizer's running mean (or sum) of squared gradients for gamma, as it is stored: without bias
   * correction, and of the gradient that the optimizer sees, an L2 penalty's included. NaN for optimizers without.
   */
  gammaSecondMoment: Float32Array;
  /** The same, the mean over the filter's weights. */
  weightSecondMoment: Float32Array;
}
