import { constants } from "node:os";
import type { QueueResult } from "../runs/queue.js";

/** The reader stopped the work: no failure, but an exit code that says so (128 + the signal's number). */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(
    readonly signal: NodeJS.Signals,
    { found, trained, left }: QueueResult,
  ) {
    const kept = found.length + trained.length;
    super(
      `Stopped. ${kept} finished ${kept === 1 ? "run is" : "runs are"} kept, ${left.length} left; the same command goes on from there.`,
    );
    this.name = "Interrupted";
    this.exitCode = 128 + constants.signals[signal];
  }
}
