/** A filter is inactive by scale when |gamma| is below this (the paper's threshold). */
export const scaleThreshold = 1e-3;

/** A filter is inactive by activation when its largest |activation| over the training corpus is below this. */
export const activationThreshold = 1e-12;

/** A response counts when it exceeds this share of the feature's largest over the corpus. */
export const responseThreshold = 1e-3;

/** A filter above this is called selective. */
export const selectiveThreshold = 0.9;

export const inactiveByScale = (gamma: number): boolean => Math.abs(gamma) < scaleThreshold;

export const inactiveByActivation = (maxActivation: number): boolean => maxActivation < activationThreshold;

/** Share of images for which a feature is silent; 1 for a feature that is silent always. */
export function selectivity(responses: Float32Array): number {
  let largest = 0;
  for (const response of responses) largest = Math.max(largest, response);
  const threshold = responseThreshold * largest;
  let silent = 0;
  for (const response of responses) if (!(response > threshold)) silent++;
  return silent / responses.length;
}
