import { median } from "../statistics.js";
import { gigaflops } from "./sgemm.js";
import type { SideTimes } from "./turns.js";
import type { NamedWork } from "./work.js";

/** Times of one work on one engine beside one peer's: an entry of `--json`. */
export interface Comparison {
  work: string;
  engine: string;
  /** null: there was none to compare with. */
  peer: string | null;
  workers: number;
  threads: number;
  /** Median over all steps of all workers. */
  msPerStep: number;
  /** null: the peer is not there or cannot do this; `problem` says why. */
  peerMsPerStep: number | null;
  /** Our images per second over the peer's: median over the rounds. */
  ratio: number | null;
  /** Lowest and highest round of the ratio. */
  spread: [number, number] | null;
  /** Of all workers together. */
  imagesPerSecond: number;
  /** Arithmetic of our steps, all workers together, by `flopsPerImage`. */
  gigaflops: number;
  /** Single-precision matrix products of all workers together, measured in the same rounds. */
  sgemmGigaflops: { engine: number | null; peer: number | null };
  /** `gigaflops` over the higher of the two: the share of what the machine was seen to do. */
  shareOfSgemm: number | null;
  problem?: string;
}

/**
 * Multiply-accumulates of a step for one image: the forward pass has the network's own, the backward pass twice as
 * many (one product for the weights' gradient, one for the input's). Everything but convolutions and dense layers
 * is left out. `gigaflops` then counts two operations for each.
 */
export const stepMacs = (mode: "train" | "evaluate", forward: number): number =>
  mode === "train" ? 3 * forward : forward;

/** One entry for each peer; without any, one with no peer. */
export function compareSides(
  { name, workers, work }: NamedWork,
  ours: SideTimes,
  peers: readonly SideTimes[],
): Comparison[] {
  const msPerStep = median(ours.rounds.flat());
  const images = work.batch * workers;
  const rate = gigaflops(stepMacs(work.mode, ours.macs ?? Number.NaN) * images, msPerStep);
  const products = [ours, ...peers].map(({ sgemmGigaflops }) => sgemmGigaflops ?? 0);
  const best = Math.max(...products);
  const common = {
    work: name,
    engine: ours.name,
    workers,
    threads: work.threads,
    msPerStep,
    imagesPerSecond: (1000 * images) / msPerStep,
    gigaflops: rate,
    shareOfSgemm: best > 0 ? rate / best : null,
  };
  return (peers.length > 0 ? peers : [undefined]).map((peer) => ({
    ...common,
    peer: peer?.name ?? null,
    sgemmGigaflops: { engine: ours.sgemmGigaflops ?? null, peer: peer?.sgemmGigaflops ?? null },
    ...ratioTo(ours, peer),
  }));
}

function ratioTo(
  ours: SideTimes,
  peer: SideTimes | undefined,
): Pick<Comparison, "peerMsPerStep" | "ratio" | "spread" | "problem"> {
  const none = { peerMsPerStep: null, ratio: null, spread: null };
  if (peer === undefined) return none;
  const problem = peer.problem ?? differenceOf(ours, peer);
  if (problem !== undefined) return { ...none, problem };
  const ratios = ours.rounds.map((round, index) => median(peer.rounds[index]!) / median(round));
  return {
    peerMsPerStep: median(peer.rounds.flat()),
    ratio: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
  };
}

/** Where a peer does not do the same computation, why not. */
function differenceOf(ours: SideTimes, peer: SideTimes): string | undefined {
  for (const quantity of ["macs", "parameters"] as const) {
    const [own, other] = [ours[quantity], peer[quantity]];
    if (own !== undefined && other !== undefined && own !== other)
      return `another computation, of ${other} ${quantity} instead of ${own}`;
  }
  return undefined;
}
