/** Seconds that a run has spent so far, over all its parts if it was cut off. */
export interface Spent {
  total: number;
  evaluation: number;
  probe: number;
  /** Cutting dead filters out. */
  cut: number;
}

/** Times a run: as a whole, and what of it went into evaluation, probes and cuts. */
export class Stopwatch {
  private readonly openedAt = Date.now();
  private readonly parts: Omit<Spent, "total">;
  private readonly before: number;

  /** @param earlier what was spent before the run was cut off */
  constructor(earlier?: Spent) {
    this.before = earlier?.total ?? 0;
    const { evaluation = 0, probe = 0, cut = 0 } = earlier ?? {};
    this.parts = { evaluation, probe, cut };
  }

  get spent(): Spent {
    return { ...this.parts, total: this.before + (Date.now() - this.openedAt) / 1000 };
  }

  /** Does some work and counts it to a part. */
  async time<T>(part: keyof Omit<Spent, "total">, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await work();
    this.parts[part] += (performance.now() - start) / 1000;
    return result;
  }
}
