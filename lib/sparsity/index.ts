export { correlation, type LayerCovariance, probeCovariances, regression } from "./covariance.js";
export { type Death, findDeaths, findResurrections, inactiveAt, type Resurrection } from "./deaths.js";
export { type FilterGradients, perFilter, probeGradients, weightNorms } from "./gradients.js";
export {
  activationThreshold,
  inactiveByActivation,
  inactiveByScale,
  responseThreshold,
  scaleThreshold,
  selectiveThreshold,
  selectivity,
} from "./measures.js";
export { type FilterActivity, probeActivity } from "./probe.js";
export { findSleepers, type Sleeper, sizableShare } from "./sleep.js";
export { probeSteps } from "./steps.js";
export { type Copy, findCopies, nearestLikeness, twinThreshold, weightCosines } from "./twins.js";
