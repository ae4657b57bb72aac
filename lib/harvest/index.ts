export { type HarvestReport, harvestRun } from "./harvest-run.js";
export { keptCutTrainings } from "./kept-cut-trainings.js";
export { type KeptReport, keepReport, keptReports } from "./kept-reports.js";
export type { Latency, LatencyReport } from "./latency.js";
export { measureLatency } from "./latency-process.js";
export { type PruningMethod, pruningMethod } from "./method.js";
export { type Harvest, harvest } from "./recorded.js";
