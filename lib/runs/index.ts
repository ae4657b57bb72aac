export type { ModelWeights } from "../models/weights.js";
export type { FilterTable } from "../sparsity/filter-table.js";
export { type ClaimResult, claimRun, type Holder } from "./claim.js";
export { canonicalText, parseRunConfig, type RunConfig, type RunConfigInput, runId } from "./config.js";
export type { RunProgress } from "./execute.js";
export { modelOf } from "./model-of.js";
export {
  defaultWorkers,
  type Job,
  type QueueEvent,
  type QueueOptions,
  type QueueResult,
  workQueue,
} from "./queue.js";
export type { EpochMetrics, LayerSummary, Run, RunRecord } from "./record.js";
export { type SaveOptions, saveRun } from "./save.js";
export { type FoundRun, findRun, listRuns, loadRun, type RunPlace, type StoredRun } from "./store.js";
export { loadOrTrain, type TrainOptions } from "./train.js";
export { loadOrWatch, type WatchOptions } from "./watched.js";
export type { WatchedFilter, WatchedRun } from "./watched-run.js";
export { loadWeights } from "./weights.js";
