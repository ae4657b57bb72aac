import { makespan } from "../runs/durations.js";

/** A run as the estimate sees it. */
interface Running {
  cost: number;
  /** Share done when first seen at work and latest, 0 to 1. */
  from: number;
  share: number;
  /** When first seen at work and latest, ms. */
  since: number;
  until: number;
}

export interface EstimateOptions {
  now?: () => number;
  expectedPace?: number;
}

/**
 * How long the rest takes, from the speed measured so far: cost units done per second at work (start-up and loading of
 * data left out), spread over the runs that are left by handing each to the worker that is free first.
 */
export class Estimate<Key> {
  readonly #running = new Map<Key, Running>();
  #doneCost = 0;
  #doneSeconds = 0;
  readonly #now: () => number;

  readonly #expectedPace: number | undefined;

  /** `expectedPace`: seconds per unit of cost that hold until some are measured. */
  constructor({ now = () => performance.now(), expectedPace }: EstimateOptions = {}) {
    this.#now = now;
    this.#expectedPace = expectedPace;
  }

  /** Training of a run has reached `share` (0 to 1) of its steps. */
  progress(key: Key, cost: number, share: number): void {
    const now = this.#now();
    const running = this.#running.get(key);
    if (!running) this.#running.set(key, { cost, from: share, share, since: now, until: now });
    else Object.assign(running, { share, until: now });
  }

  /** The run is over, whatever its outcome. */
  end(key: Key): void {
    const running = this.#running.get(key);
    if (!running) return;
    this.#doneCost += (running.share - running.from) * running.cost;
    this.#doneSeconds += (this.#now() - running.since) / 1000;
    this.#running.delete(key);
  }

  /** Seconds until this run ends; undefined until two seconds of it were measured. */
  secondsLeft(key: Key): number | undefined {
    const running = this.#running.get(key);
    if (!running) return undefined;
    const seconds = (running.until - running.since) / 1000;
    const share = running.share - running.from;
    if (seconds < 2 || share <= 0) return undefined;
    const sinceLook = (this.#now() - running.until) / 1000;
    return Math.max(0, ((1 - running.share) * seconds) / share - sinceLook);
  }

  /** Seconds until all is done, with the costs of the runs that wait, longest first; undefined until something is known. */
  totalSecondsLeft(waiting: readonly number[], workers: number): number | undefined {
    let cost = this.#doneCost;
    let seconds = this.#doneSeconds;
    for (const { cost: full, from, share, since, until } of this.#running.values()) {
      cost += (share - from) * full;
      seconds += (until - since) / 1000;
    }
    const pace = seconds < 2 || cost <= 0 ? this.#expectedPace : seconds / cost;
    if (pace === undefined) return undefined;
    const free = [...this.#running].map(
      ([key, { cost: full, share }]) => this.secondsLeft(key) ?? (1 - share) * full * pace,
    );
    while (free.length < workers) free.push(0);
    return makespan(
      waiting.map((next) => next * pace),
      free,
    );
  }
}
