/** Lets several arms train in turns, so that none is ahead of another by more than a look. */
export class Turns {
  private readonly shares: number[];
  private readonly waiting = new Map<number, () => void>();

  constructor(arms: number) {
    this.shares = new Array<number>(arms).fill(0);
  }

  /** An arm has come so far, a share of its steps; resolves when no other is behind it. */
  arrive(arm: number, share: number): Promise<void> {
    this.shares[arm] = share;
    return new Promise((resolve) => {
      this.waiting.set(arm, resolve);
      this.wake();
    });
  }

  /** An arm has ended, one way or another, and nobody waits for it any longer. */
  leave(arm: number): void {
    this.shares[arm] = Number.POSITIVE_INFINITY;
    this.wake();
  }

  private wake(): void {
    const least = Math.min(...this.shares);
    for (const [arm, resolve] of this.waiting) {
      if (this.shares[arm]! > least) continue;
      this.waiting.delete(arm);
      resolve();
    }
  }
}
