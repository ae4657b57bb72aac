import type { Dataset } from "../datasets/index.js";
import type { Engine } from "../engine/engine.js";
import { UserError } from "../errors.js";
import type { ModelWeights } from "../models/weights.js";
import type { PruneConfig } from "../pruning/config.js";
import { type Deviation, deviation, logitsOf } from "../pruning/exactness.js";
import { fuseNormalization } from "../pruning/fuse.js";
import { type TrainedModel, trainedModel } from "../pruning/model.js";
import { type Cost, costOf, type LayerCount, prune } from "../pruning/prune.js";
import { runId } from "../runs/config.js";
import { modelOf } from "../runs/model-of.js";
import type { Run } from "../runs/record.js";
import { BatchMaker } from "../training/batches.js";

/** One way of cutting a network, with what became of it. */
export interface HarvestedVariant {
  /** "unpruned", "pruned", "rounded". */
  name: string;
  /** Of the network as it is saved and timed: batch normalization fused. */
  cost: Cost;
  layers: LayerCount[];
  /** From the unpruned network's logits on the test images, with batch normalization fused. */
  deviation: Deviation;
  spared: string[];
}

/** What a run's network becomes without the filters that it does not need. */
export interface HarvestReport {
  run: { id: string; seed: number };
  prune: PruneConfig;
  variants: HarvestedVariant[];
  /** Whether anything was cut. */
  changed: boolean;
}

export interface HarvestOptions {
  engine: Engine;
  dataset: Dataset;
  prune: PruneConfig;
  /** Adds a variant with widths rounded up to multiples of this. */
  round?: number | undefined;
}

/** A variant's network, fused: what is saved and timed. */
export interface HarvestedModel {
  name: string;
  model: TrainedModel;
}

/**
 * Cuts a run's network, fuses its batch normalization and measures on all test images how far its logits are from the
 * unpruned network's.
 */
export async function harvestRun(
  { record, filters, weights }: Run & { weights: ModelWeights },
  { engine, dataset, prune: how, round }: HarvestOptions,
): Promise<{ report: HarvestReport; models: HarvestedModel[]; normalization: BatchMaker["statistics"] }> {
  if (record.dataset.checksum !== dataset.checksum)
    throw new UserError(
      `The images of dataset "${dataset.name}" (${dataset.source}) are not those that run ${record.id} was trained on. Give the folder it was trained from with --data.`,
    );
  const whole = trainedModel(modelOf(record), dataset, weights);
  const batches = new BatchMaker(dataset);
  const logits = (model: TrainedModel) => logitsOf(model, dataset.test, { engine, batches });
  const original = await logits(whole);
  const all = whole.network.layers.map(({ name, filters: total }) => ({ name, total, remaining: total }));
  const cuts = [
    { name: "unpruned", model: whole, layers: all, spared: [] },
    { name: "pruned", ...prune(whole, { prune: how, filters }) },
    ...(round ? [{ name: "rounded", ...prune(whole, { prune: how, filters, multiple: round }) }] : []),
  ];
  const variants: HarvestedVariant[] = [];
  const models: HarvestedModel[] = [];
  for (const { name, model, layers, spared } of cuts) {
    const fused = fuseNormalization(model);
    const own = deviation(original, await logits(fused), dataset.test.labels);
    variants.push({ name, cost: costOf(fused), layers, deviation: own, spared });
    models.push({ name, model: fused });
  }
  return {
    report: {
      ...{ run: { id: runId(record.config), seed: record.seed }, prune: how, variants },
      changed: cuts[1]!.model !== whole,
    },
    models,
    normalization: batches.statistics,
  };
}
