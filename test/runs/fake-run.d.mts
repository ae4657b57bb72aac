import type { RunConfig } from "../../lib/runs/config.js";
import type { Run } from "../../lib/runs/record.js";

/** A finished run that was never trained: plausible numbers, made from the seed. */
export function fakeRun(config: RunConfig, seed: number, probes?: number): Run;
