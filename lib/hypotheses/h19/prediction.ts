import { UserError } from "../../errors.js";
import { type Prediction, ridgeRegression } from "../../regression.js";
import { runId } from "../../runs/config.js";
import type { Run } from "../../runs/record.js";
import { inactiveAt } from "../../sparsity/deaths.js";
import { mean } from "../../statistics.js";
import type { Arm, ArmRuns } from "../../study/arm.js";
import { earlySigns } from "./early-signs.js";

/** One run to predict. */
export interface PredictionCase {
  arm: Arm;
  seed: number;
  /** Share of filters dead at the end by either measure, %. */
  dead: number;
  /** As `earlySigns`. */
  signs: number[];
}

/**
 * What a prediction may use of a run that it has not seen the end of:
 * - "mean": nothing; it is the mean of the other arms.
 * - "configuration": optimizer, form and strength of the penalty; between the neighboring strengths of the same optimizer
 *   it goes straight over the logarithm, beyond them it takes the nearest, and without penalty the other optimizers' arms
 *   without penalty.
 * - "signs": what the filters look like early on, by ridge regression; not the configuration.
 * - "both": the same with the prediction from the configuration as one more feature.
 */
export type Predictor = "mean" | "configuration" | "signs" | "both";

/** Every finished run of some arms as a case, with the signs of the first `share` of training. */
export const predictionCases = (arms: readonly ArmRuns[], share: number): PredictionCase[] =>
  arms.flatMap(({ arm, runs }) =>
    runs
      .filter(({ record }) => record.status === "finished")
      .map((run) => ({
        arm,
        seed: run.record.seed,
        dead: finalDeadShare(run),
        signs: earlySigns(run, share),
      })),
  );

/** Share of filters inactive by either measure at the last probe, %. */
export function finalDeadShare({ record, filters }: Run): number {
  const channels = filters.step.length / record.probes.steps.length;
  const last = filters.step.length - channels;
  return 100 * mean(Array.from({ length: channels }, (_, i) => Number(inactiveAt(filters, last + i))));
}

/**
 * Predicted final dead shares, %, one for each case, each by a model that was made without any run of the case's arm. Throws
 * `UserError` below three arms.
 */
export function predictHeldOut(cases: readonly PredictionCase[], predictor: Predictor): number[] {
  const ids = new Map(cases.map(({ arm }) => [runId(arm.config), arm]));
  if (ids.size < 3)
    throw new UserError(
      `A prediction needs finished runs of at least 3 arms and has ${ids.size}. Train them: npm run reproduce -- h19.`,
    );
  const models = new Map(
    [...ids.keys()].map((id) => [
      id,
      model(
        cases.filter(({ arm }) => runId(arm.config) !== id),
        predictor,
      ),
    ]),
  );
  return cases.map((one) => models.get(runId(one.arm.config))!(one));
}

/** The same for cases of arms that a model of all `known` ones has not seen. */
export function predictOthers(
  known: readonly PredictionCase[],
  others: readonly PredictionCase[],
  predictor: Predictor,
): number[] {
  const predict = model(known, predictor);
  return others.map((one) => predict(one));
}

/** Mean absolute error, percentage points, over the cases of one seed (default: of all); NaN where there is none. */
export function meanAbsoluteError(
  cases: readonly PredictionCase[],
  predictions: readonly number[],
  seed?: number,
): number {
  return mean(
    cases.flatMap((one, i) =>
      seed === undefined || one.seed === seed ? [Math.abs(one.dead - predictions[i]!)] : [],
    ),
  );
}

function model(known: readonly PredictionCase[], predictor: Predictor): (one: PredictionCase) => number {
  const targets = known.map(({ dead }) => dead);
  switch (predictor) {
    case "mean":
      return () => mean(targets);
    case "configuration":
      return fromConfiguration(known);
    case "signs": {
      const predict = ridgeRegression(
        known.map(({ signs }) => signs),
        targets,
      );
      return ({ signs }) => inRange(predict, signs);
    }
    case "both": {
      const features = known.map((one) => {
        const others = known.filter(({ arm }) => arm !== one.arm);
        return [...one.signs, fromConfiguration(others)(one)];
      });
      const predict = ridgeRegression(features, targets);
      const configured = fromConfiguration(known);
      return (one) => inRange(predict, [...one.signs, configured(one)]);
    }
  }
}

/** A share of filters lies between none and all. */
const inRange = (predict: Prediction, features: number[]): number =>
  Math.min(100, Math.max(0, predict(features)));

function fromConfiguration(known: readonly PredictionCase[]): (one: PredictionCase) => number {
  const average = (cases: readonly PredictionCase[]) => mean(cases.map(({ dead }) => dead));
  return ({ arm }) => {
    const unpenalized = known.filter((other) => other.arm.lambda === 0);
    if (arm.lambda === 0 && unpenalized.length > 0) return average(unpenalized);
    const kin = known.filter(
      ({ arm: other }) =>
        other.optimizer === arm.optimizer &&
        (other.lambda === 0 || other.config.penalty.kind === arm.config.penalty.kind),
    );
    if (kin.length === 0) return average(known);
    const strengths = [...new Set(kin.map((other) => other.arm.lambda))].sort((a, b) => a - b);
    // No penalty stands a decade below the weakest.
    const none = Math.min(...[...strengths, arm.lambda].filter((lambda) => lambda > 0)) / 10;
    const points = strengths.map((lambda) => ({
      at: Math.log10(lambda || none),
      dead: average(kin.filter((other) => other.arm.lambda === lambda)),
    }));
    return between(points, Math.log10(arm.lambda || none));
  };
}

/** Straight between points in ascending order; beyond them the nearest. */
function between(points: readonly { at: number; dead: number }[], place: number): number {
  const below = points.findLast(({ at }) => at <= place);
  const above = points.find(({ at }) => at >= place);
  if (!below || !above || below === above) return (below ?? above)!.dead;
  const part = (place - below.at) / (above.at - below.at);
  return below.dead + part * (above.dead - below.dead);
}
