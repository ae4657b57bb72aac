import type { EngineName } from "../engine/engine.js";
import { UserError } from "../errors.js";
import { createNetwork, initialParameters } from "../models/index.js";
import { type ImageShape, type TrainedModel, trainedModel } from "../pruning/model.js";
import { hasChannelsApart } from "../pruning/surgery.js";
import { openRandom } from "../random.js";
import type { RunConfig } from "../runs/config.js";
import { imagesOf } from "../runs/model-of.js";
import type { Run } from "../runs/record.js";
import type { Latency, Variant } from "./latency.js";
import { measureLatency } from "./latency-process.js";
import { harvest, leftModel } from "./recorded.js";

/** How long the network takes that some runs leave when their inactive filters are cut. */
export interface SurveyedNetwork
  extends Pick<Latency, "milliseconds" | "calls" | "speedup" | "macReduction" | "yield"> {
  /** Those that leave it, "ID/SEED". */
  runs: string[];
  /** Left in each layer. */
  filters: number[];
}

/** The latencies of many runs' networks, measured together. */
export interface LatencySurvey {
  /** e.g. "linux x64, AMD EPYC 9554P". */
  processor: string;
  threads: number;
  engine: EngineName;
  /** e.g. "TensorFlow 2.21.0". */
  version: string;
  /** Images at once. */
  batch: number;
  networks: SurveyedNetwork[];
}

export interface SurveyOptions {
  engine: EngineName;
  batch: number;
  /** Spent on each network, warm-up aside. */
  seconds: number;
  threads: number;
  onProgress?: (done: number, total: number) => void;
}

/** An architecture, and what it is compared with. */
interface Left {
  whole: RunConfig["model"];
  model: RunConfig["model"];
  images: ImageShape;
  filters: number[];
  runs: string[];
}

/** That take turns with the unpruned network in one process. */
const atOnce = 12;

/**
 * Times the network that each run leaves, in turns with the unpruned one, batch normalization fused. Only records are
 * needed: time does not depend on the weights, which are random. Each architecture is timed once. Throws `UserError`
 * where the engine does not open, or where a network has a normalization that cannot be fused.
 */
export async function surveyLatency(
  runs: readonly Run[],
  { engine, batch, seconds, threads, onProgress }: SurveyOptions,
): Promise<Pick<LatencySurvey, "networks" | "version">> {
  const families = familiesOf(runs);
  const total = families.reduce((sum, { length }) => sum + length, 0);
  const networks: SurveyedNetwork[] = [];
  let version = "";
  for (const family of families) {
    for (let first = 0; first < family.length; first += atOnce) {
      const group = family.slice(first, first + atOnce);
      const measured = await measureLatency(variantsOf(group), {
        ...{ engine, batches: [batch], seconds, threads },
      });
      version = measured.version;
      const [, ...own] = measured.latencies;
      for (const [index, { milliseconds, calls, speedup, macReduction, yield: share }] of own.entries()) {
        const { runs: names, filters } = group[index]!;
        networks.push({ runs: names, filters, milliseconds, calls, speedup, macReduction, yield: share });
      }
      onProgress?.(networks.length, total);
    }
  }
  return { networks, version };
}

/** Architectures, together those of one network before it was cut. */
function familiesOf(runs: readonly Run[]): Left[][] {
  const families = new Map<string, Map<string, Left>>();
  for (const run of runs) {
    const { id, seed, config } = run.record;
    if (!hasChannelsApart(config.model))
      throw new UserError(
        `Run ${id}/${seed} has ${config.model.normalization} normalization, over several channels at once: no filter can be cut. Expected runs with batch normalization or none.`,
      );
    const { filters } = harvest(run);
    const images = imagesOf(run.record);
    const whole = { ...config.model, normalization: "none" as const };
    const key = JSON.stringify([whole, images]);
    const family = families.get(key) ?? new Map<string, Left>();
    families.set(key, family);
    const model = { ...leftModel(run.record, filters), normalization: "none" as const };
    const left = family.get(JSON.stringify(filters)) ?? { whole, model, images, filters, runs: [] };
    family.set(JSON.stringify(filters), left);
    left.runs.push(`${id}/${seed}`);
  }
  return [...families.values()].map((family) => [...family.values()]);
}

/** The unpruned network first. */
function variantsOf(group: readonly Left[]): Variant[] {
  const { whole, images } = group[0]!;
  return [
    { name: "unpruned", model: withRandomWeights(whole, images) },
    ...group.map(({ model, runs }) => ({ name: runs[0]!, model: withRandomWeights(model, images) })),
  ];
}

function withRandomWeights(model: RunConfig["model"], images: ImageShape): TrainedModel {
  const { layout, channels } = createNetwork(model, images);
  return trainedModel(model, images, {
    parameters: initialParameters(layout, openRandom(1, "latency")),
    statistics: new Float32Array(2 * channels).fill(1, channels),
  });
}
