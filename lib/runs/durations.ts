import type { EngineName } from "../engine/engine.js";
import { median } from "../statistics.js";
import type { RunConfig } from "./config.js";
import { trainingCost } from "./cost.js";
import { describeProcessor } from "./machine.js";
import type { RunRecord } from "./record.js";
import type { RunIndex } from "./run-index.js";
import { findRun } from "./store.js";

/**
 * Multiply-accumulates a second of one one-thread worker, evaluation and probes included, measured once on one machine:
 * good enough to say "about two minutes" before anything is measured here.
 */
const typicalRates: Partial<Record<EngineName, number>> = { tensorflow: 12e9, wasm: 5e9 };
const slowestRate = Math.min(...Object.values(typicalRates));

export interface DurationOptions {
  engine: EngineName;
  /** As `describeProcessor` says it. Default: this machine's. */
  processor?: string;
}

/** Expects how long runs take one worker from what finished runs took on the same engine and processor. */
export class Durations {
  /** Seconds per multiply-accumulate of finished runs, by how like they are: from the same arm to any at all. */
  readonly #measured = new Map<string, number[]>();
  readonly #typical: number;
  /** Finished runs that it rests on; with none it is an engine's typical speed. */
  readonly measuredOn: number;

  constructor(records: readonly RunRecord[], { engine, processor = describeProcessor() }: DurationOptions) {
    const own = records.filter(
      ({ environment }) => environment.engine === engine && environment.machine.startsWith(`${processor},`),
    );
    for (const { config, final, timing } of own) {
      const pace = timing.seconds / trainingCost({ ...config, steps: Math.max(1, final.step) });
      for (const key of likeness(config)) this.#measured.set(key, [...(this.#measured.get(key) ?? []), pace]);
    }
    this.measuredOn = own.length;
    this.#typical = 1 / (typicalRates[engine] ?? slowestRate);
  }

  /** Expected seconds of one run. */
  seconds(config: RunConfig): number {
    const like = likeness(config)
      .map((key) => this.#measured.get(key))
      .find((paces) => paces !== undefined);
    return (like ? median(like) : this.#typical) * trainingCost(config);
  }
}

/** Groups of like runs, the most like first. */
function likeness({ model, dataset, batchSize, optimizer }: RunConfig): string[] {
  const shape = JSON.stringify([model, dataset.size, batchSize]);
  return [`${shape} ${optimizer.name}`, shape, ""];
}

/** Seconds until all is done where each run, in the order given, goes to the worker that is free first. */
export function makespan(seconds: Iterable<number>, free: readonly number[]): number {
  const workers = [...free];
  for (const each of seconds) workers[workers.indexOf(Math.min(...workers))]! += each;
  return Math.max(...workers);
}

/**
 * Some finished records to measure speed by: of the given configurations as far as there are any, and evenly over all
 * others (ids are hashes, so any choice is a fair one).
 */
export async function sampleRecords(
  index: RunIndex,
  { like = [], most = 24 }: { like?: Iterable<string>; most?: number } = {},
): Promise<RunRecord[]> {
  const all = index.ids().sort();
  const present = new Set(all);
  const wanted = [...new Set(like)].filter((id) => present.has(id));
  const records = [];
  for (const id of new Set([...evenly(wanted, most), ...evenly(all, most)])) {
    const [seed] = index.seeds(id);
    const found = seed === undefined ? undefined : await findRun(id, seed);
    if (found?.state === "finished") records.push(found.record);
  }
  return records;
}

function evenly<T>(items: readonly T[], most: number): T[] {
  const every = Math.max(1, Math.ceil(items.length / most));
  return items.filter((_, place) => place % every === 0);
}
