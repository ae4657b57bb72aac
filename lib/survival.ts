import jStat from "jstat";
import { UserError } from "./errors.js";

/** How long one subject was seen: until its event, or until it was last seen without one (censored). */
export interface Observation {
  time: number;
  event: boolean;
}

/** The survival function from one time of events to the next. */
export interface SurvivalStep {
  time: number;
  /** Subjects under observation right before this time. */
  atRisk: number;
  events: number;
  /** Share that survives beyond this time. */
  survival: number;
  /** Pointwise interval of `survival`: [low, high]. */
  interval: [number, number];
}

/**
 * Kaplan-Meier's estimate of survival (JASA 53, 1958) at every time with an event, ascending: the product of
 * 1 - events / at risk. Subjects censored at a time are at risk at it. Intervals: Greenwood's variance on the scale of
 * log(-log S) (Kalbfleisch and Prentice 1980), which keeps them between 0 and 1; where nobody survives they are [0, 0].
 * Throws `UserError` on times that are not finite.
 */
export function kaplanMeier(observations: readonly Observation[], level = 0.95): SurvivalStep[] {
  if (!observations.every(({ time }) => Number.isFinite(time))) {
    throw new UserError("A survival curve needs finite times. Leave out subjects that were never seen.");
  }
  const quantile = jStat.normal.inv((1 + level) / 2, 0, 1);
  const times = [...new Set(observations.filter(({ event }) => event).map(({ time }) => time))];
  let survival = 1;
  let greenwood = 0;
  return times
    .sort((a, b) => a - b)
    .map((time) => {
      const risk = atRisk(observations, time);
      const events = observations.filter((own) => own.event && own.time === time).length;
      survival *= 1 - events / risk;
      greenwood += events / (risk * (risk - events));
      if (survival === 0) return { time, atRisk: risk, events, survival, interval: [0, 0] };
      const width = (quantile * Math.sqrt(greenwood)) / Math.abs(Math.log(survival));
      const bound = (sign: number) => survival ** Math.exp(sign * width);
      return { time, atRisk: risk, events, survival, interval: [bound(1), bound(-1)] };
    });
}

/** Subjects still under observation right before a time. */
export const atRisk = (observations: readonly Observation[], time: number): number =>
  observations.filter((own) => own.time >= time).length;
