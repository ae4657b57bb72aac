export type { Dataset, ImageSet } from "./datasets/index.js";
export { loadDataset } from "./datasets/index.js";
export { type Engine, type EngineName, openEngine } from "./engine/index.js";
export { UsageError, UserError } from "./errors.js";
export {
  bothMeasures,
  type DecayCurve,
  deadAtLikeError,
  deadShareByBatch,
  deadShareByCapacity,
  deadShareByClasses,
  deadShareByLayer,
  deadShareByPenalty,
  deadShareBySchedule,
  deadShareOverTraining,
  decayCurves,
  errorByMacs,
  errorByPenalty,
  filterLife,
  frontier,
  gammaBetaScatter,
  gammaHistograms,
  gammaTrajectories,
  gapByOptimizer,
  latencyByMacs,
  type PlotlyFigure,
  pullAroundDeath,
  renderFigure,
  selectivityByLayer,
  survivalBySelectivity,
  universalityHistograms,
} from "./figures/index.js";
export {
  type Arm,
  type ArmRuns,
  decide,
  findHypothesis,
  type Hypothesis,
  hypotheses,
  type Scale,
  type Verdict,
} from "./hypotheses/index.js";
export {
  decayFormula,
  type ScalarDecayOptions,
  type ScalarSetting,
  scalarDecay,
} from "./hypotheses/scalar-decay.js";
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
  loadOrTrainArms,
  progressDisplay,
  show,
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
  harvest,
  keptReports,
  modelOf,
  prune,
  saveLayersModel,
  selectChannels,
  trainedModel,
} from "./pruning/index.js";
export { openRandom, type Random } from "./random.js";
export {
  collectArmRuns,
  listRuns,
  loadOrTrain,
  loadRun,
  parseRunConfig,
  type Run,
  type RunConfig,
  type RunRecord,
  runId,
} from "./runs/index.js";
export { findDeaths, inactiveByActivation, inactiveByScale, selectivity } from "./sparsity/index.js";
export { mean, pairedDifference, tInterval } from "./statistics.js";
export {
  armSummary,
  deathSummary,
  describeRuns,
  filtersFrame,
  fromArquero,
  fromDataFrame,
  gapSummary,
  layerSummary,
  likeErrorSummary,
  renderTable,
  runsFrame,
  selectivitySummary,
  selectivitySurvival,
  type Table,
} from "./tables/index.js";
export {
  BatchMaker,
  BatchOrder,
  evaluate,
  scheduleFactor,
  Trainer,
  trainingLoop,
} from "./training/index.js";
