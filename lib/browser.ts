/** What a bundle for a browser needs to train there: none of it touches Node's modules. */
export type { Dataset, ImageSet } from "./datasets/dataset.js";
export { syntheticImages, syntheticSizes } from "./datasets/synthetic-images.js";
export { type BrowserEngineOptions, openBrowserEngine } from "./engine/browser.js";
export type { Engine } from "./engine/engine.js";
export { UsageError, UserError } from "./errors.js";
export { createNetwork, initialParameters, type Network } from "./models/index.js";
export { optimizerChain } from "./optimizers/index.js";
export { openRandom } from "./random.js";
export { parseRunConfig, type RunConfig, type RunConfigInput } from "./runs/config/run.js";
export {
  BatchMaker,
  BatchOrder,
  evaluate,
  type Outcome,
  type Score,
  Session,
  scheduleFactor,
  Trainer,
  type TrainingEvent,
} from "./training/index.js";
