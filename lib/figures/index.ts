export {
  type CapacitySeries,
  classPanels,
  deadShareByBatch,
  deadShareByCapacity,
  deadShareByClasses,
  deadShareByPace,
  typicalPace,
} from "./against.js";
export {
  type AroundDeathPanel,
  type AroundDeathPoint,
  aroundDeathRows,
  paceAroundDeath,
  pullAroundDeath,
} from "./around-death.js";
export { bothMeasures } from "./both-measures.js";
export { deadShareByPenalty, errorByPenalty } from "./by-penalty.js";
export { type Channel, type Chart, chart } from "./chart.js";
export { deadAtLikeError, gapByOptimizer } from "./comparisons.js";
export {
  costRows,
  errorAgainstDead,
  errorByLatency,
  errorByMacs,
  latencyByMacs,
  methodLook,
} from "./costs.js";
export { type DecayCurve, decayCurves } from "./decay-curves.js";
export { familyFrontiers, familyLook, familyRows } from "./family-frontiers.js";
export type { PlotlyFigure } from "./figure.js";
export { filterLife } from "./filter-life.js";
export { activationByScale, gammaBetaScatter, gammaTrajectories } from "./filters.js";
export { type ForetoldRow, foretoldDeaths } from "./foretold.js";
export { earlyOrLate, errorBySurvivors, frontier, meansAndSeeds, type SurvivorPanel } from "./frontiers.js";
export { gammaHistograms, universalityHistograms } from "./histograms.js";
export { deadShareByLayer, layerLines, selectivityByLayer, survivorsByLayer } from "./layers.js";
export { byForm, byMeasure, optimizerLook, rowsByForm, strength, strengthLook } from "./looks.js";
export {
  band,
  bars,
  cells,
  dot,
  inPanel,
  type Look,
  label,
  type Mark,
  mean,
  middleHalf,
  only,
  path,
  rule,
  seeds,
  zone,
} from "./marks/index.js";
export { deadShareBySchedule, deadShareOverTraining, deadShareOverTrainingByArm } from "./over-training.js";
export { type PenaltyGain, penaltyGain, penaltyGains } from "./penalty-gain.js";
export {
  activityOfReturned,
  type ReturnPanel,
  type ReturnSeries,
  returnsBySleep,
  returnsOverTraining,
} from "./returns.js";
export { layers, linear, log, names, penalty, share, ticked } from "./scales.js";
export { survivalBySelectivity } from "./survival.js";
export { type Theme, template, withTheme } from "./theme.js";
export { type TidyCell, type TidyRow, tidyRows, titleParts } from "./tidy.js";
export { watchedCurves, watchedMaps } from "./watched-filter.js";
