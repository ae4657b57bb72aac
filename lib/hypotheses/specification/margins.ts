/** Test error, points, that may be given away for sparsity: what a verdict takes, half and twice that. */
export const margins: readonly number[] = [0.5, 1, 2];

/** "test error within 1 point" */
export const marginWords = (margin: number): string =>
  `test error within ${margin} ${margin === 1 ? "point" : "points"}`;
