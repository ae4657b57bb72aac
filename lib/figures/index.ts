export { activationByScale } from "./activation-by-scale.js";
export {
  type AroundDeathPanel,
  type AroundDeathPoint,
  paceAroundDeath,
  pullAroundDeath,
} from "./around-death.js";
export { bothMeasures } from "./both-measures.js";
export { deadShareByBatch } from "./by-batch.js";
export { type CapacitySeries, deadShareByCapacity } from "./by-capacity.js";
export { type ClassPanel, classPanels, deadShareByClasses } from "./by-classes.js";
export { deadShareByLayer } from "./by-layer.js";
export { deadAtLikeError, gapByOptimizer } from "./by-optimizer.js";
export { deadShareByPace, typicalPace } from "./by-pace.js";
export { deadShareByPenalty, errorByPenalty } from "./by-penalty.js";
export { deadShareBySchedule } from "./by-schedule.js";
export { type DecayCurve, decayCurves } from "./decay-curves.js";
export { earlyOrLate } from "./early-or-late.js";
export { errorAgainstDead } from "./error-by-dead.js";
export { errorByLatency } from "./error-by-latency.js";
export { errorByMacs } from "./error-by-macs.js";
export { errorBySurvivors, type SurvivorPanel } from "./error-by-survivors.js";
export type { PlotlyFigure } from "./figure.js";
export { filterLife } from "./filter-life.js";
export { type ForetoldRow, foretoldDeaths } from "./foretold.js";
export { frontier } from "./frontier.js";
export { gammaBetaScatter } from "./gamma-beta.js";
export { gammaHistograms } from "./gamma-histograms.js";
export { gammaTrajectories } from "./gamma-trajectories.js";
export { latencyByMacs } from "./latency-by-macs.js";
export { layerLines } from "./layer-lines.js";
export { deadShareOverTraining } from "./over-training.js";
export { deadShareOverTrainingByArm } from "./over-training-by-arm.js";
export { type PenaltyGain, penaltyGain, penaltyGains } from "./penalty-gain.js";
export {
  activityOfReturned,
  type ReturnPanel,
  type ReturnSeries,
  returnsBySleep,
  returnsOverTraining,
} from "./returns.js";
export { selectivityByLayer } from "./selectivity-by-layer.js";
export { survivalBySelectivity } from "./survival.js";
export { survivorsByLayer } from "./survivors-by-layer.js";
export { type Theme, template, withTheme } from "./theme.js";
export { universalityHistograms } from "./universality.js";
export { watchedCurves, watchedMaps } from "./watched-filter.js";
