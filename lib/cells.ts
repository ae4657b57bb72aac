/**
 * Names that single notebooks use beside the nouns of `index.ts`, which hands them on, so that a cell imports from one
 * place. A name that no cell imports does not belong here: its room's entry has it.
 */
export {
  aroundDeathRows,
  byForm,
  byMeasure,
  costRows,
  decayCurves,
  errorAgainstDead,
  familyLook,
  familyRows,
  methodLook,
  penaltyGains,
  rowsByForm,
  strengthLook,
  watchedMaps,
} from "./figures/index.js";
export { harvest, keptCutTrainings } from "./harvest/index.js";
export { chosenOnRecord } from "./hypotheses/choose.js";
export { likeErrorTable } from "./hypotheses/h02.js";
export { formTable, paceTable } from "./hypotheses/h03.js";
export { foretoldRows, layerCorrelations } from "./hypotheses/h04/layer-profile.js";
export { deadShareOfHalf } from "./hypotheses/h04.js";
export { aroundDeathPanels } from "./hypotheses/h05/around-death.js";
export { gammaPaces } from "./hypotheses/h05/gamma-pace.js";
export { decayText, paceText, pullText } from "./hypotheses/h05/mechanism-texts.js";
export { scalarDecay } from "./hypotheses/h05/scalar-decay.js";
export { effectiveRates } from "./hypotheses/h07.js";
export { equalErrorTable } from "./hypotheses/h12/equal-error.js";
export { tuningTable } from "./hypotheses/h12/tuning.js";
export { harvestRuns, reportsOf } from "./hypotheses/h12.js";
export { gapTable, studyOfGap, tunedGapTable } from "./hypotheses/h13/gap.js";
export { earlySignNames } from "./hypotheses/h19/early-signs.js";
export { predictedRows, predictionErrors, predictionErrorsElsewhere } from "./hypotheses/h19.js";
export { laterOfDead, returnsSummary } from "./hypotheses/h20/returns-texts.js";
export { returnsAtDrop } from "./hypotheses/h20.js";
export { finalNorm, normLook, normRows, predictions21 } from "./hypotheses/h21.js";
export { predictions22 } from "./hypotheses/h22.js";
export { predictions23 } from "./hypotheses/h23.js";
export { predictions24 } from "./hypotheses/h24.js";
export { familyPairs } from "./hypotheses/held-equal.js";
export { heldEqualTable } from "./hypotheses/held-equal-table.js";
export { leverTable, protocolSeeds, verdictTable } from "./hypotheses/index.js";
export { ladderFigure, ladderSteps, ladderTable, ladderText, recordedLadder } from "./hypotheses/ladder.js";
export { matchedErrorTable } from "./hypotheses/matched-error-table.js";
export { outcomeTable, predictionTable } from "./hypotheses/predictions.js";
export { screenedTable } from "./hypotheses/screened-table.js";
export { screenedText } from "./hypotheses/screened-text.js";
export { tunedTable } from "./hypotheses/tuned-table.js";
export { collectionMap, notebookLink, showSpecifications, whatWeLearned } from "./notebook/index.js";
export { keptCuts } from "./onnx/kept.js";
export { findSleepers } from "./sparsity/index.js";
export { copyShare, nearness } from "./study/copies.js";
export { errorMargin } from "./study/envelope.js";
export { measureTitle } from "./study/index.js";
export { cutPaceRows, cutTrainingTable } from "./tables/cut-training.js";
export {
  comparableSettings,
  deadlyPenaltyText,
  deathCausesText,
  deathSummary,
  describeRuns,
  differenceOfRuns,
  exactnessTable,
  formSummary,
  formText,
  fromArquero,
  fromDataFrame,
  gapSummary,
  gapText,
  latencyTable,
  layerCorrelationSummary,
  layerSummary,
  likeErrorSummary,
  likeErrorText,
  recipesByOptimizer,
  recipeTable,
  selectivitySummary,
  settingsFor,
  targets as recipeTargets,
} from "./tables/index.js";
export { inspectionTable, savingsTable } from "./tables/onnx.js";
export { meanScheduleFactor } from "./training/index.js";
