import type { ImageSet } from "../datasets/dataset.js";
import type { ModelWeights } from "../models/weights.js";
import { hasOwnChannels, type LinearCopy, mergeCopies } from "../pruning/merge.js";
import {
  correlation,
  findCopies,
  inactiveByActivation,
  nearestLikeness,
  probeCovariances,
  regression,
  twinThreshold,
  weightCosines,
} from "../sparsity/index.js";
import type { Score, Session } from "../training/index.js";
import { testMetrics } from "./epoch-log.js";
import type { Copies } from "./record.js";

/** Likenesses at which copies are counted: the one of the definition, and one on either side. */
const thresholds = [0.9, twinThreshold, 0.99];

export interface CopiesOptions {
  session: Session;
  /** All training images. */
  set: ImageSet;
  /** Every filter's largest |activation| on them, [channels]. */
  maxActivation: Float32Array;
  /** What the network itself scores. */
  tested: Score;
  /** Evaluates the network as it then is. */
  test: () => Promise<Score>;
  signal?: AbortSignal | undefined;
}

/** Counts copies at the end of a run, and tests the network with them merged. */
export async function countCopies(
  weights: ModelWeights,
  { session, set, maxActivation, tested, test, signal }: CopiesOptions,
): Promise<Copies> {
  const { trainer, batches, network } = session;
  const covariances = await probeCovariances(trainer, batches, set, signal);
  const layers: Copies["layers"] = [];
  const found = thresholds.map((): LinearCopy[] => []);
  for (const [index, layer] of network.layers.entries()) {
    if (!hasOwnChannels(network, index)) continue;
    const active = Array.from({ length: layer.filters }, (_, filter) => filter).filter(
      (filter) => !inactiveByActivation(maxActivation[layer.offset + filter]!),
    );
    const covariance = covariances[index]!;
    const cosine = weightCosines(network, layer, weights.parameters);
    const correlated = (a: number, b: number) => correlation(covariance, a, b);
    const byActivation = thresholds.map((threshold) => findCopies(active, correlated, threshold));
    for (const [place, copies] of byActivation.entries())
      for (const { filter, original } of copies)
        found[place]!.push({
          ...{ layer: index, filter, original },
          ...regression(covariance, { of: filter, on: original }),
        });
    layers.push({
      ...{ name: layer.name, active: active.length },
      byActivation: byActivation.map(({ length }) => length),
      byWeights: thresholds.map((threshold) => findCopies(active, cosine, threshold).length),
      nearest: {
        byActivation: rounded(nearestLikeness(active, correlated)),
        byWeights: rounded(nearestLikeness(active, cosine)),
      },
    });
  }
  const state = await trainer.state();
  const merged: Copies["merged"] = [];
  try {
    for (const copies of found) {
      if (copies.length === 0) {
        merged.push(testMetrics(tested));
        continue;
      }
      const { parameters, statistics } = mergeCopies(network, weights, copies);
      trainer.restore({ ...state, variables: { ...state.variables, parameters, running: statistics } });
      merged.push(testMetrics(await test()));
    }
  } finally {
    trainer.restore(state);
  }
  return { thresholds, layers, merged };
}

const rounded = (likeness: number): number => Math.round(1e4 * likeness) / 1e4;
