export { deadlyPenaltyText, formText, gapText, likeErrorText } from "./comparison-texts.js";
export { gapSummary, likeErrorSummary, selectivitySurvival } from "./comparisons.js";
export { epochsFrame, filtersFrame, layersFrame, runsFrame } from "./data-frames.js";
export { type DeathRow, deathSummary, deathsFrame } from "./deaths.js";
export {
  differenceOfRuns,
  estimateOfRuns,
  estimateText,
  type RunMeasure,
  type RunsEstimate,
} from "./estimate-of-runs.js";
export { estimatesBy } from "./estimates.js";
export { type FormRow, formSummary } from "./forms.js";
export { fromArquero, fromDataFrame } from "./frames.js";
export { exactnessTable, latencyTable } from "./harvest.js";
export { type CorrelationRow, explanations, layerCorrelationSummary } from "./layer-correlations.js";
export {
  comparableSettings,
  deadShare,
  recipesByOptimizer,
  recipeTable,
  type Setting,
  type Study,
  settingsFor,
  targets,
  testError,
} from "./recipes.js";
export { renderTable, type TableFormat, tableFormats } from "./render.js";
export { costText, deathCausesText, environmentText, rerunText, threatsText } from "./run-texts.js";
export { type ArmColumn, armSummary, describeRuns, layerSummary, selectivitySummary } from "./summary.js";
export type { Cell, Column, Estimate, Table } from "./table.js";
