export type { Arm, ArmRuns, Scale } from "./arm.js";
export { type CollectOptions, collectArmRuns } from "./collect.js";
export { Envelope } from "./envelope.js";
export { type Factors, factorsOf } from "./factors.js";
export { type FilterRow, filterRows } from "./filter-rows.js";
export { type FilterHistory, type FilterState, filterHistories } from "./filter-states.js";
export { type Measure, type MeasureName, measures, measureTitle } from "./measures.js";
export { type OnRecordOptions, runsOnRecord } from "./on-record.js";
export {
  type EpochRow,
  epochRows,
  folded,
  type LayerRow,
  layerRows,
  type RunRow,
  runRows,
} from "./run-rows.js";
export { asFirst, highest, lowest, not, type Selector, StudyRuns } from "./study-runs.js";
