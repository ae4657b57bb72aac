export type { Dataset, ImageSet } from "./datasets/index.js";
export { loadDataset } from "./datasets/index.js";
export { type Engine, type EngineName, openEngine } from "./engine/index.js";
export { UsageError, UserError } from "./errors.js";
export { renderFigure } from "./export/render.js";
export {
  activationByScale,
  aroundDeathRows,
  band,
  bars,
  bothMeasures,
  byForm,
  byMeasure,
  type Channel,
  type Chart,
  cells,
  chart,
  costRows,
  type DecayCurve,
  deadAtLikeError,
  deadShareByBatch,
  deadShareByCapacity,
  deadShareByClasses,
  deadShareByLayer,
  deadShareByPenalty,
  deadShareBySchedule,
  deadShareOverTraining,
  deadShareOverTrainingByArm,
  decayCurves,
  dot,
  errorAgainstDead,
  errorByLatency,
  errorByMacs,
  errorByPenalty,
  filterLife,
  frontier,
  gammaBetaScatter,
  gammaHistograms,
  gammaTrajectories,
  gapByOptimizer,
  inPanel,
  type Look,
  label,
  latencyByMacs,
  layers,
  linear,
  log,
  type Mark,
  mean as meanMark,
  meansAndSeeds,
  methodLook,
  middleHalf,
  names,
  only,
  optimizerLook,
  type PlotlyFigure,
  paceAroundDeath,
  path,
  penalty,
  penaltyGains,
  pullAroundDeath,
  rowsByForm,
  rule,
  seeds,
  selectivityByLayer,
  share,
  strength,
  strengthLook,
  survivalBySelectivity,
  survivorsByLayer,
  ticked,
  universalityHistograms,
  watchedCurves,
  watchedMaps,
  zone,
} from "./figures/index.js";
export { harvest, keptReports, pruningMethod } from "./harvest/index.js";
export { errorMargin } from "./hypotheses/frontier.js";
export { likeErrorTable } from "./hypotheses/h02.js";
export {
  formTable,
  paceTable,
} from "./hypotheses/h03.js";
export {
  foretoldRows,
  layerCorrelations,
} from "./hypotheses/h04/layer-profile.js";
export { deadShareOfHalf } from "./hypotheses/h04.js";
export { aroundDeathPanels } from "./hypotheses/h05/around-death.js";
export { gammaPaces } from "./hypotheses/h05/gamma-pace.js";
export { decayText, paceText, paceVerdictText, pullText } from "./hypotheses/h05/mechanism-texts.js";
export {
  decayFormula,
  type ScalarDecayOptions,
  type ScalarSetting,
  scalarDecay,
} from "./hypotheses/h05/scalar-decay.js";
export { paceBeforeDeath } from "./hypotheses/h05.js";
export { selectiveThirds } from "./hypotheses/h06.js";
export { effectiveRates } from "./hypotheses/h07.js";
export { equalErrorTable } from "./hypotheses/h12/equal-error.js";
export { tuningTable } from "./hypotheses/h12/tuning.js";
export { harvestRuns, reportsOf } from "./hypotheses/h12.js";
export { gapTable, studyOfGap } from "./hypotheses/h13/gap.js";
export { earlySignNames } from "./hypotheses/h19/early-signs.js";
export { predictedRows, predictionErrors, predictionErrorsElsewhere } from "./hypotheses/h19.js";
export { laterOfDead, returnsSummary } from "./hypotheses/h20/returns-texts.js";
export { returnsAtDrop } from "./hypotheses/h20.js";
export {
  type Arm,
  type ArmRuns,
  allRecordedRuns,
  decide,
  findHypothesis,
  type Hypothesis,
  hypotheses,
  leverTable,
  protocolSeeds,
  type RecordedHypothesis,
  recordedHypotheses,
  type Scale,
  type Verdict,
  verdictTable,
} from "./hypotheses/index.js";
export {
  basicNet,
  basicNetWidths,
  initialParameters,
  Network,
  resNet,
  resnetWidths,
  scaledBasicNetWidths,
  vgg,
  vggWidths,
} from "./models/index.js";
export {
  collectionMap,
  loadOrTrainArms,
  notebookLink,
  progressDisplay,
  type RerunSettings,
  rerun,
  show,
  showClosing,
  showFigure,
  showFigureOf,
  showTable,
  showText,
  showVerdict,
} from "./notebook/index.js";
export {
  adamW,
  addDecayedWeights,
  addSigns,
  type Chain,
  chain,
  decayWeights,
  type GradientTransform,
  scaleByAdadelta,
  scaleByAdam,
  scaleByAdamax,
  scaleByAmsgrad,
  scaleByLearningRate,
  scaleByLion,
  scaleByMuon,
  scaleByNadam,
  scaleByRms,
  scaleByRootSumOfSquares,
  sign,
  trace,
} from "./optimizers/index.js";
export {
  cutChannels,
  fuseNormalization,
  prune,
  saveLayersModel,
  selectChannels,
  trainedModel,
} from "./pruning/index.js";
export { openRandom, type Random } from "./random.js";
export {
  listRuns,
  loadOrTrain,
  loadOrWatch,
  loadRun,
  modelOf,
  parseRunConfig,
  type Run,
  type RunConfig,
  type RunRecord,
  runId,
  type WatchedRun,
} from "./runs/index.js";
export {
  findDeaths,
  findResurrections,
  findSleepers,
  inactiveByActivation,
  inactiveByScale,
  selectivity,
} from "./sparsity/index.js";
export { mean, pairedDifference, shareInterval, tInterval } from "./statistics.js";
export { collectArmRuns } from "./study/collect.js";
export { type Measure, type MeasureName, measures, measureTitle } from "./study/measures.js";
export { epochRows, folded, layerRows, runRows } from "./study/run-rows.js";
export { asFirst, highest, lowest, not, type Selector, StudyRuns } from "./study/study-runs.js";
export {
  armSummary,
  comparableSettings,
  costText,
  deadlyPenaltyText,
  deathCausesText,
  deathSummary,
  describeRuns,
  differenceOfRuns,
  epochsFrame,
  estimateOfRuns,
  estimateText,
  exactnessTable,
  filtersFrame,
  formSummary,
  formText,
  fromArquero,
  fromDataFrame,
  gapSummary,
  gapText,
  latencyTable,
  layerCorrelationSummary,
  layerSummary,
  layersFrame,
  likeErrorSummary,
  likeErrorText,
  recipesByOptimizer,
  recipeTable,
  renderTable,
  runsFrame,
  type Setting,
  type Study,
  selectivitySummary,
  selectivitySurvival,
  settingsFor,
  type Table,
  targets as recipeTargets,
  threatsText,
} from "./tables/index.js";
export {
  BatchMaker,
  BatchOrder,
  evaluate,
  meanScheduleFactor,
  Session,
  scheduleFactor,
  Trainer,
  type TrainingEvent,
} from "./training/index.js";
