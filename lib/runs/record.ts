import type { ModelWeights } from "../models/weights.js";
import type { FilterTable } from "../sparsity/filter-table.js";
import type { RunConfig } from "./config.js";
import type { RecordParts } from "./record-shape.js";

export {
  type Copies,
  type Cut,
  type Environment,
  type EpochMetrics,
  type LayerSummary,
  recordVersion,
} from "./record-shape.js";

/** What is kept of a run; `record-shape.ts` says what each part is. */
export interface RunRecord extends RecordParts {
  config: RunConfig;
}

/** A finished run as everything downstream (tables, figures, verdicts) takes it. */
export interface Run {
  record: RunRecord;
  filters: FilterTable;
  /** Only with a run that was just trained. */
  weights?: ModelWeights;
}
