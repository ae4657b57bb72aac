/**
 * The nouns of the library: what a program or a notebook begins with. Everything else has an entry of its own, by room:
 * `filter-sparsity/figures`, `filter-sparsity/optimizers` and so on, see lib/README.md.
 */
export * from "./cells.js";
export { type Dataset, type ImageSet, loadDataset } from "./datasets/index.js";
export { type Engine, type EngineName, openEngine } from "./engine/index.js";
export { UsageError, UserError } from "./errors.js";
export { renderFigure } from "./export/index.js";
export {
  band,
  bars,
  type Channel,
  type Chart,
  cells,
  chart,
  deadShareByPenalty,
  dot,
  filterLife,
  inPanel,
  type Look,
  label,
  layers,
  linear,
  log,
  type Mark,
  mean as meanMark,
  meansAndSeeds,
  middleHalf,
  names,
  only,
  optimizerLook,
  type PlotlyFigure,
  path,
  penalty,
  rule,
  seeds,
  share,
  strength,
  ticked,
  zone,
} from "./figures/index.js";
export {
  allRecordedRuns,
  findHypothesis,
  type Hypothesis,
  hypotheses,
  type RecordedHypothesis,
  recordedHypotheses,
  recordedHypothesis,
  type Verdict,
} from "./hypotheses/index.js";
export { basicNet, initialParameters, resNet, scaledBasicNetWidths, vgg } from "./models/index.js";
export {
  loadOrTrainArms,
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
  type Chain,
  chain,
  decayWeights,
  type GradientTransform,
  scaleByAdam,
  scaleByLearningRate,
  sign,
} from "./optimizers/index.js";
export { prune } from "./pruning/index.js";
export { openRandom, type Random } from "./random.js";
export {
  listRuns,
  loadOrTrain,
  loadOrWatch,
  loadRun,
  parseRunConfig,
  type Run,
  type RunConfig,
  type RunRecord,
  runId,
  type WatchedRun,
} from "./runs/index.js";
export { findDeaths } from "./sparsity/index.js";
export { mean, pairedDifference, shareInterval, tInterval } from "./statistics.js";
export {
  type Arm,
  type ArmRuns,
  asFirst,
  collectArmRuns,
  epochRows,
  highest,
  layerRows,
  lowest,
  type Measure,
  measures,
  not,
  runRows,
  runsOnRecord,
  type Scale,
  type Selector,
  StudyRuns,
} from "./study/index.js";
export {
  armSummary,
  epochsFrame,
  estimateOfRuns,
  estimateText,
  filtersFrame,
  layersFrame,
  renderTable,
  runsFrame,
  type Table,
} from "./tables/index.js";
export { BatchMaker, Session, type TrainingEvent } from "./training/index.js";
