export { findDeaths } from "./deaths.js";
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
export { probeSteps } from "./steps.js";
