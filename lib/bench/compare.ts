import type { BenchProcess } from "./side.js";
import type { Work } from "./work.js";

/** Times of one work on one engine, beside the peer's where there is one. */
export interface Comparison {
  work: string;
  engine: string;
  peer: string | null;
  workers: number;
  /** Median over all steps of all workers. */
  msPerStep: number;
  peerMsPerStep: number | null;
  imagesPerSecond: number;
  /** Our images per second over the peer's: median over the rounds. */
  ratio: number | null;
  /** Lowest and highest round of the ratio. */
  spread: [number, number] | null;
}

export interface RoundOptions {
  rounds: number;
  /** Length of one side's turn in a round. */
  secondsPerTurn: number;
}

/** Milliseconds of each step, worker by worker, of one side's turn. */
const takeTurn = (side: BenchProcess[], work: Work, steps: number): Promise<number[]> =>
  Promise.all(side.map((process) => process.run(work, steps))).then((samples) => samples.flat());

/** Steps that fill a turn, judged by a few warm ones. */
async function stepsPerTurn(side: BenchProcess[], work: Work, seconds: number): Promise<number> {
  await takeTurn(side, work, 3);
  const warm = median(await takeTurn(side, work, 3));
  return Math.max(3, Math.round((1000 * seconds) / warm));
}

/** The two sides take turns, so that a machine whose speed drifts drifts for both. */
export async function compare(
  work: Work,
  ours: BenchProcess[],
  peers: BenchProcess[],
  { rounds, secondsPerTurn }: RoundOptions,
): Promise<Pick<Comparison, "msPerStep" | "peerMsPerStep" | "imagesPerSecond" | "ratio" | "spread">> {
  const ourSteps = await stepsPerTurn(ours, work, secondsPerTurn);
  const peerSteps = peers.length > 0 ? await stepsPerTurn(peers, work, secondsPerTurn) : 0;
  const own: number[] = [];
  const other: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const mine = await takeTurn(ours, work, ourSteps);
    own.push(...mine);
    if (peers.length === 0) continue;
    const theirs = await takeTurn(peers, work, peerSteps);
    other.push(...theirs);
    ratios.push(median(theirs) / median(mine));
  }
  const msPerStep = median(own);
  return {
    msPerStep,
    peerMsPerStep: other.length > 0 ? median(other) : null,
    imagesPerSecond: (1000 * ours.length * work.batch) / msPerStep,
    ratio: ratios.length > 0 ? median(ratios) : null,
    spread: ratios.length > 0 ? [Math.min(...ratios), Math.max(...ratios)] : null,
  };
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
