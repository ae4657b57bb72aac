import type { ImageSet } from "../../datasets/dataset.js";
import { firstOfEachClass } from "../../datasets/subset.js";
import type { Engine } from "../../engine/engine.js";
import { createNetwork, type Network } from "../../models/index.js";
import { optimizerChain } from "../../optimizers/index.js";
import type { RunConfig } from "../../runs/config/run.js";
import { perFilter, probeActivity, probeGradients } from "../../sparsity/index.js";
import { mean } from "../../statistics.js";
import { addScores, emptyScore, Session, trainWith } from "../../training/index.js";
import { type ArmResult, type ArmStart, type Look, measureNames } from "../messages.js";
import { Filters } from "./filters.js";
import { type Images, imagesOf } from "./images.js";
import { type PullLook, pullBeforeDeath } from "./pull.js";

/** Looks over a run, evenly spaced; one more after the first step. */
const looks = 100;

/** Every so manieth look also runs images through the network, to see which filters are silent. */
const looksPerProbe = 4;

/** Training images of such a look. The last one, at the end, takes all. */
const probedImages = 500;

/** Mini-batches over which a look's gradients are a mean. */
const gradientBatches = 2;

export interface ArmOptions {
  engine: Engine;
  config: RunConfig;
  seed: number;
  /** Whether gradients are looked at too. */
  gradients: boolean;
  signal: AbortSignal;
}

/** One arm of a rerun: a network, its trainer and what is known of its filters. */
export class LiveArm {
  readonly start: ArmStart;
  private readonly images: Images;
  private readonly network: Network;
  private readonly session: Session;
  private readonly filters: Filters;
  private readonly pulls: PullLook[] = [];
  /** Mean over the filters at the latest look at activations. */
  private selectivity = Number.NaN;

  constructor(private readonly options: ArmOptions) {
    const { engine, config, seed } = options;
    this.images = imagesOf(config);
    this.network = createNetwork(config.model, this.images);
    this.filters = new Filters(this.network);
    const { steps, batchSize, schedule, filterNorm } = config;
    this.session = new Session({
      ...{ engine, seed, steps, batchSize, schedule, network: this.network, dataset: this.images },
      ...{ chain: optimizerChain(config), augmentation: config.dataset.augmentation },
      ...(filterNorm !== undefined && { filterNorm }),
    });
    const { layers, layout } = this.network;
    this.start = {
      layers: layers.map(({ name, filters }) => ({ name, filters })),
      parameters: layout.count,
      steps: config.steps,
    };
  }

  /** Trains to the end; `onLook` is awaited at every look. */
  async train(onLook: (look: Omit<Look, "arm">) => Promise<void>): Promise<ArmResult> {
    const { signal } = this.options;
    const { steps } = this.session;
    const { train, classes } = this.images;
    const spacing = Math.max(1, Math.round(steps / looks));
    const early = firstOfEachClass(this.images, probedImages);
    let since = emptyScore;
    const look = async (step: number, seen: Seen) => {
      const loss = since.loss / since.count;
      since = emptyScore;
      await onLook({ step, loss, ...seen });
    };
    const { status, step, seconds } = await trainWith(this.session, {
      stops: lookSteps(steps, spacing),
      listeners: [
        async (event) => {
          if (event.type === "reading") since = addScores(since, event.score);
          if (event.type !== "stop") return;
          const probes = event.step % (spacing * looksPerProbe) === 0;
          await look(event.step, await this.see(probes ? early : undefined));
        },
      ],
      signal,
    });
    const finished = status === "finished";
    await look(step, await this.see(finished ? train : undefined));
    const chance = 100 * (1 - 1 / classes.length);
    return { status, step, seconds, chance, measures: finished ? await this.measure() : nothingMeasured() };
  }

  dispose(): void {
    this.session.dispose();
  }

  /** Looks at all filters: their scales, and where images are given, what activates them. */
  private async see(images?: ImageSet): Promise<Seen> {
    const { network, filters } = this;
    const { trainer, batches } = this.session;
    const gamma = perFilter(network, (await trainer.weights()).parameters, "gamma");
    if (!images) return filters.look(gamma);
    const { maxActivation, selectivity } = await probeActivity(trainer, batches, images, this.options.signal);
    this.selectivity = mean([...selectivity]);
    const seen = filters.look(gamma, maxActivation);
    if (this.options.gradients) {
      const { gammaGradient } = await probeGradients(
        trainer,
        batches,
        this.images.train,
        this.session.probeBatches(gradientBatches),
      );
      this.pulls.push({ states: seen.states, gamma, gammaGradient });
    }
    return seen;
  }

  /** After the last look. */
  private async measure(): Promise<ArmResult["measures"]> {
    const { session, images, filters, network } = this;
    const { config, signal } = this.options;
    const { errors, count } = await session.test(signal);
    const layers = filters.silent();
    const half = Math.floor(layers.length / 2);
    const percent = (parts: typeof layers) => mean(parts.map((layer) => (100 * layer.dead) / layer.filters));
    const all = filters.latest;
    const pull = pullBeforeDeath(this.pulls, config.penalty.lambda);
    return {
      deadByActivation: 100 * all.deadByActivation,
      deadByScale: 100 * all.deadByScale,
      deadEarly: percent(layers.slice(0, half)),
      deadLate: percent(layers.slice(-half)),
      selectivity: 100 * this.selectivity,
      testError: (100 * errors) / count,
      macsLeft: (100 * macsLeft(config, network, images, layers)) / network.macs,
      cameBack: 100 * filters.cameBack,
      pullDying: pull.dying,
      pullSurviving: pull.surviving,
    };
  }
}

type Seen = ReturnType<Filters["look"]>;

/** After the first step, then evenly; the last step has a look of its own. */
const lookSteps = (steps: number, spacing: number): number[] =>
  [1, ...Array.from({ length: Math.ceil(steps / spacing) - 1 }, (_, k) => (k + 1) * spacing)].filter(
    (step, index, all) => step < steps && step !== all[index - 1],
  );

const nothingMeasured = (): ArmResult["measures"] =>
  Object.fromEntries(measureNames.map((name) => [name, Number.NaN])) as ArmResult["measures"];

/** Multiply-accumulates of the plain network without the filters that never activate; a layer keeps one at least. */
function macsLeft(
  { model }: RunConfig,
  network: Network,
  images: Images,
  layers: readonly { filters: number; dead: number }[],
): number {
  // A ResNet's channels go together, and groups of a normalization divide only whole widths.
  if (model.name !== "basicnet" || model.normalization === "group") return Number.NaN;
  if (layers.every(({ dead }) => dead === 0)) return network.macs;
  const widths = layers.map(({ filters, dead }) => Math.max(1, filters - dead));
  return createNetwork({ ...model, widths }, images).macs;
}
