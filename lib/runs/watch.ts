import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type Dataset, firstOfEachClass, type ImageSet, loadDataset } from "../datasets/index.js";
import type { Engine } from "../engine/engine.js";
import { UserError } from "../errors.js";
import { createNetwork, type Network } from "../models/index.js";
import { findDeaths, probeSteps } from "../sparsity/index.js";
import { BatchMaker } from "../training/index.js";
import type { TrainerState } from "../training/trainer.js";
import type { RunConfig } from "./config.js";
import { executeRun } from "./execute.js";
import type { Run } from "./record.js";
import { type WatchedFilter, type WatchedRun, watchedVersion } from "./watched-run.js";

/** Pixels that a filter's map is wide at least, for its pictures to show anything. */
const leastSide = 8;

/** Maps of one moment: [layers][images][filters] of [side x side]. */
type Maps = { side: number; images: number[][][] }[];

/**
 * Trains a run and follows two filters of one layer through it, one that dies and one that lives. Throws `UserError` where no
 * filter with a map of at least 8 pixels dies.
 */
export async function watchRun(
  config: RunConfig,
  { seed, engine, images: count }: { seed: number; engine: Engine; images: number },
): Promise<WatchedRun> {
  const wanted = new Set(probeSteps(config.steps));
  const states: { step: number; variables: TrainerState["variables"] }[] = [];
  const run = await executeRun(config, {
    engine,
    seed,
    watch: (session) => async (event) => {
      if (event.type !== "position" || event.position.stopIsDue || !wanted.has(event.position.step)) return;
      states.push({ step: event.position.step, variables: (await session.trainer.state()).variables });
    },
  });
  const dataset = await loadDataset(config.dataset);
  try {
    const network = createNetwork(config.model, dataset);
    const samples = firstOfEachClass(dataset, dataset.classes.length);
    const indices = Uint32Array.from({ length: Math.min(count, samples.count) }, (_, index) => index);
    const { images, labels } = new BatchMaker(dataset).batch(samples, indices);
    const moments = states.map(({ variables }) => activationMaps(network, engine, variables, images));
    tf.dispose([images, labels]);
    const { record } = run;
    return {
      version: watchedVersion,
      id: record.id,
      seed,
      environment: record.environment,
      startedAt: record.timing.startedAt,
      testError: record.final.testError,
      deadByScale: record.final.deadByScale,
      deadByActivation: record.final.deadByActivation,
      steps: states.map(({ step }) => step),
      images: Array.from(indices, (index) => sampleImage(dataset, samples, index)),
      ...choose(run, moments),
    };
  } finally {
    dataset.close();
  }
}

function sampleImage({ classes }: Dataset, samples: ImageSet, index: number): WatchedRun["images"][number] {
  const pixels = new Uint8Array(samples.imageBytes);
  samples.read([index], pixels);
  return { label: classes[samples.labels[index]!]!, pixels: [...pixels] };
}

function activationMaps(
  network: Network,
  { ops }: Engine,
  { parameters, running }: TrainerState["variables"],
  images: Tensor4D,
): Maps {
  const maps: Maps = [];
  tf.tidy(() => {
    const [mean, variance] = tf.split(tf.tensor1d(running!), 2) as [Tensor1D, Tensor1D];
    const infer = network.inference(ops, tf.tensor1d(parameters!), { mean, variance });
    infer(images, (layer, activation) => {
      const [, side] = activation.shape;
      // [N, H, W, C] -> [N, C, H x W]
      const byFilter = tf.reshape(tf.transpose(tf.abs(activation), [0, 3, 1, 2]), [
        activation.shape[0],
        activation.shape[3],
        side * activation.shape[2],
      ]);
      maps[layer] = { side, images: byFilter.arraySync() as number[][][] };
    });
  });
  return maps;
}

/** The filter that answers most to the sample images before it dies, and the one of its layer that answers most at the end. */
function choose(run: Run, moments: Maps[]): { dying: WatchedFilter; living: WatchedFilter } {
  const strength = (moment: number, layer: number, filter: number) =>
    moments[moment]![layer]!.images.reduce((sum, filters) => sum + Math.max(...filters[filter]!), 0);
  const deaths = findDeaths(run.filters);
  const steps = run.record.probes.steps;
  const alive = Math.max(0, steps.findLastIndex((step) => step <= 0.1 * run.record.config.steps) - 1);
  const [death] = deaths
    .filter(({ layer, step }) => moments[0]![layer]!.side >= leastSide && step > steps[alive + 1]!)
    .sort((a, b) => strength(alive, b.layer, b.filter) - strength(alive, a.layer, a.filter));
  if (!death)
    throw new UserError(
      `No filter with a map of at least ${leastSide} pixels died in this run after its first tenth. Choose a stronger penalty or another seed.`,
    );
  const dead = new Set(deaths.filter(({ layer }) => layer === death.layer).map(({ filter }) => filter));
  const living = Array.from({ length: run.record.model.layers[death.layer]!.filters }, (_, filter) => filter)
    .filter((filter) => !dead.has(filter))
    .sort(
      (a, b) => strength(moments.length - 1, death.layer, b) - strength(moments.length - 1, death.layer, a),
    )[0];
  if (living === undefined)
    throw new UserError(`All filters of layer ${death.layer + 1} died in this run. Choose a weaker penalty.`);
  const { step, cause } = death;
  return {
    dying: { ...watchedFilter(run, moments, death.layer, death.filter), death: { step, cause } },
    living: watchedFilter(run, moments, death.layer, living),
  };
}

function watchedFilter(run: Run, moments: Maps[], layer: number, filter: number): WatchedFilter {
  const { filters, record } = run;
  const rows = [...filters.step.keys()].filter(
    (row) => filters.layer[row] === layer && filters.filter[row] === filter && filters.step[row]! > 0,
  );
  const of = (name: "gamma" | "beta" | "maxActivation" | "selectivity") =>
    rows.map((row) => short(filters[name][row]!));
  return {
    layer: record.model.layers[layer]!.name,
    filter,
    gamma: of("gamma"),
    beta: of("beta"),
    maxActivation: of("maxActivation"),
    selectivity: of("selectivity"),
    maps: moments.map((moment) => moment[layer]!.images.map((own) => own[filter]!.map(short))),
  };
}

/** Three significant digits: enough for a picture. */
const short = (value: number): number => Number(value.toPrecision(3));
