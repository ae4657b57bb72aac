export { type ClaimResult, claimRun, type Holder } from "./claim.js";
export { type CollectOptions, collectArmRuns } from "./collect.js";
export { canonicalText, parseRunConfig, type RunConfig, type RunConfigInput, runId } from "./config.js";
export type { RunProgress } from "./execute.js";
export {
  defaultWorkers,
  type Job,
  type QueueEvent,
  type QueueOptions,
  type QueueResult,
  workQueue,
} from "./queue.js";
export type {
  EpochMetrics,
  FilterTable,
  LayerSummary,
  ModelWeights,
  Run,
  RunRecord,
} from "./record.js";
export { type SaveOptions, saveRun } from "./save.js";
export { type FoundRun, findRun, listRuns, loadRun, type RunPlace, type StoredRun } from "./store.js";
export { loadOrTrain, type TrainOptions } from "./train.js";
export { loadOrWatch, type WatchedFilter, type WatchedRun, type WatchOptions } from "./watched.js";
export { loadWeights } from "./weights.js";
