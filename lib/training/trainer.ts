import type { Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../engine/index.js";
import type { InputSpec, Program, ProgramFunction } from "../engine/program.js";
import type { Variable } from "../engine/variable.js";
import type { Network, RunningStatistics } from "../models/network.js";
import { type Chain, createOptimizer, type Optimizer } from "../optimizers/index.js";
import type { Batch } from "./batches.js";
import { filterNorms, rescaleFilters, withFilterNorms } from "./filter-norms.js";

/** Share of the newest batch in the running statistics: PyTorch's `momentum`, its default. */
const statisticsMomentum = 0.1;

/** What optimizers call their mean or sum of squared gradients. */
const secondMoments = ["/secondMoment", "/meanSquare", "/sumOfSquares"];

export interface TrainerOptions {
  network: Network;
  engine: Engine;
  chain: Chain;
  /** Initial parameter vector, `network.layout.length` values. */
  initial: Float32Array;
  /** Initial running means, then variances, of all channels. Default 0 and 1. */
  statistics?: Float32Array;
  /**
   * Share of its initial norm to which the weights of every convolution's filter are rescaled, at the start and after every
   * step. Default: they are free.
   */
  filterNorm?: number;
  /** Whether it keeps which filters the objective's gradient reached (see `takeReached`). Default false. */
  tracksReach?: boolean;
  /** Whether it only takes steps, and can evaluate nothing: it opens sooner. Default false. */
  stepsOnly?: boolean;
  /** Images of a training step. */
  batchSize: number;
  /** Images evaluated at once. Default 250. */
  evaluationBatch?: number;
}

/** Everything that a trainer's later steps depend on. */
export interface TrainerState {
  /** Steps done. */
  steps: number;
  /** By name: parameters, running statistics and the optimizer's vectors. */
  variables: Record<string, Float32Array>;
}

/** A network in training: parameters, running statistics and optimizer state on one engine. */
export class Trainer {
  readonly network: Network;
  readonly evaluationBatch: number;
  private readonly optimizer: Optimizer;
  private readonly program: Program;
  private steps = 0;

  constructor(options: TrainerOptions) {
    const { network, engine, chain, initial, batchSize, evaluationBatch = 250, filterNorm } = options;
    const { tracksReach = false, stepsOnly = false } = options;
    const { channels } = network;
    const { statistics = new Float32Array(2 * channels).fill(1, channels) } = options;
    this.network = network;
    this.evaluationBatch = evaluationBatch;
    this.optimizer = createOptimizer(chain, network.layout);
    const { layout } = network;
    const norms = filterNorm && filterNorms(layout, initial).map((norm) => filterNorm * norm);
    this.program = engine.open({
      variables: {
        parameters: norms ? withFilterNorms(layout, initial, norms) : initial,
        running: statistics,
        ...this.optimizer.initial,
        ...(norms && { filterNorms: norms }),
        ...(tracksReach && { reached: new Float32Array(channels) }),
      },
      functions: {
        step: stepFunction(network, this.optimizer, batchSize),
        ...(!stepsOnly && {
          infer: inferenceFunction(network, evaluationBatch, { responses: false }),
          probe: inferenceFunction(network, evaluationBatch, { responses: true }),
          gradient: gradientFunction(network, batchSize),
          moments: momentsFunction(network, evaluationBatch),
        }),
      },
    });
  }

  /** One step on one batch (disposed afterwards); returns the logits [N, classes], which the caller disposes. */
  step({ images, labels }: Batch, scheduleFactor: number): Tensor2D {
    this.steps++;
    const rates = this.optimizer.rates(this.steps, scheduleFactor);
    const [logits] = this.program.call("step", [images, labels], rates);
    tf.dispose([images, labels]);
    return logits as Tensor2D;
  }

  /** Logits [N, classes] of `evaluationBatch` images in evaluation mode. */
  infer(images: Tensor4D): Tensor2D {
    return this.program.call("infer", [images])[0] as Tensor2D;
  }

  /** The same, with every filter's strongest |activation| over the map of each image, [N, channels]. */
  probe(images: Tensor4D): { logits: Tensor2D; responses: Tensor2D } {
    const [logits, responses] = this.program.call("probe", [images]) as [Tensor2D, Tensor2D];
    return { logits, responses };
  }

  /**
   * Of every layer's activations, flat and one layer after another: means [C] over all map positions of the images that
   * `counted` [N] has a 1 for (the others have a 0), and products of deviations from them [C, C], summed over the images and
   * averaged over the positions.
   */
  moments(images: Tensor4D, counted: Tensor1D): Tensor1D {
    return this.program.call("moments", [images, counted])[0] as Tensor1D;
  }

  /** Gradient of a batch's mean loss over the flat parameter vector, in training mode; changes nothing. */
  async gradient({ images, labels }: Batch): Promise<Float32Array> {
    const [gradient] = this.program.call("gradient", [images, labels]);
    tf.dispose([images, labels]);
    const data = (await gradient!.data()) as Float32Array;
    gradient!.dispose();
    return data;
  }

  /** The optimizer's running mean (or sum) of squared gradients, if it keeps one. */
  async secondMoment(): Promise<Float32Array | undefined> {
    const slot = this.optimizer.slots.find((name) => secondMoments.some((kind) => name.endsWith(kind)));
    return slot === undefined ? undefined : values(this.program.variables[slot]!);
  }

  /** Parameters and running statistics (means, then variances), read out. */
  async weights(): Promise<{ parameters: Float32Array; statistics: Float32Array }> {
    const { parameters, running } = this.program.variables;
    return { parameters: await values(parameters!), statistics: await values(running!) };
  }

  /**
   * Of every filter the largest |gradient| of the objective, without the penalty, that its beta got in a step since this was
   * last asked, or since the start, [channels]; of a trainer that tracks it. Behind a ReLU 0 means that the filter was silent on
   * every image of every batch, or that nothing that reads it was reached itself or had a weight for it.
   */
  async takeReached(): Promise<Float32Array> {
    const reached = this.program.variables.reached!;
    const largest = await values(reached);
    tf.tidy(() => reached.assign(tf.zeros([reached.size]) as Tensor1D));
    return largest;
  }

  /** Names and lengths of all variables, in words: equal for trainers that can take each other's state. */
  get variables(): string {
    return Object.entries(this.program.variables)
      .map(([name, { size }]) => `${name} ${size}`)
      .join(", ");
  }

  /** Reads out the state. */
  async state(): Promise<TrainerState> {
    const variables: TrainerState["variables"] = {};
    for (const [name, variable] of Object.entries(this.program.variables))
      variables[name] = await values(variable);
    return { steps: this.steps, variables };
  }

  /** Goes to a state that a trainer with the same `variables` was in. */
  restore({ steps, variables }: TrainerState): void {
    this.steps = steps;
    tf.tidy(() => {
      for (const [name, variable] of Object.entries(this.program.variables))
        variable.assign(tf.tensor1d(variables[name]!));
    });
  }

  dispose(): void {
    this.program.dispose();
  }
}

async function values(variable: Variable): Promise<Float32Array> {
  const tensor = variable.read();
  const data = (await tensor.data()) as Float32Array;
  tensor.dispose();
  return data;
}

const batchInputs = (network: Network, batchSize: number): InputSpec[] => [
  { shape: [batchSize, ...network.input], dtype: "float32" },
  { shape: [batchSize], dtype: "int32" },
];

function stepFunction(network: Network, optimizer: Optimizer, batchSize: number): ProgramFunction {
  return {
    inputs: batchInputs(network, batchSize),
    rates: optimizer.rateCount,
    body({ ops, inputs: [images, labels], rates, variables }) {
      const { parameters, running, filterNorms: norms, reached, ...vectors } = variables;
      // The pass has a scope of its own: an update in place needs its reads of the parameters to be gone.
      const [gradient, logits] = tf.tidy(() => {
        const vector = parameters!.read();
        const pass = network.train(ops, vector, images as Tensor4D, labels as Tensor1D);
        const { mean, variance } = pass.statistics;
        const batch = tf.mul(tf.concat([mean, variance]), statisticsMomentum);
        const old = tf.mul(running!.read(), 1 - statisticsMomentum);
        running!.assign(tf.add(old, batch) as Tensor1D);
        if (reached)
          reached.assign(tf.maximum(reached.read(), tf.abs(betaGradients(network, pass.gradient))));
        return [pass.gradient, pass.logits];
      });
      optimizer.update(ops, { parameters: parameters!, gradient: gradient!, vectors, rates });
      if (norms)
        tf.tidy(() => parameters!.assign(rescaleFilters(network.layout, parameters!.read(), norms.read())));
      return [logits!];
    },
  };
}

/** Of a gradient over all parameters, what is with respect to every filter's beta, [channels]. */
const betaGradients = ({ layers, layout }: Network, gradient: Tensor1D): Tensor1D =>
  tf.concat(layers.map(({ beta, filters }) => tf.slice1d(gradient, layout.slots[beta]!.offset, filters)));

function gradientFunction(network: Network, batchSize: number): ProgramFunction {
  return {
    inputs: batchInputs(network, batchSize),
    body: ({ ops, inputs: [images, labels], variables: { parameters } }) => [
      network.train(ops, parameters!.read(), images as Tensor4D, labels as Tensor1D).gradient,
    ],
  };
}

function inferenceFunction(
  network: Network,
  batch: number,
  { responses }: { responses: boolean },
): ProgramFunction {
  return {
    inputs: [{ shape: [batch, ...network.input], dtype: "float32" }],
    body({ ops, inputs: [images], variables: { parameters, running } }) {
      const [mean, variance] = tf.split(running!.read(), 2) as [Tensor1D, Tensor1D];
      const statistics: RunningStatistics = { mean, variance };
      const maxima: tf.Tensor[] = [];
      const listener = (layer: number, activation: Tensor4D) => {
        maxima[layer] = tf.max(tf.abs(activation), [1, 2]);
      };
      const infer = network.inference(ops, parameters!.read(), statistics);
      const logits = infer(images as Tensor4D, responses ? listener : undefined);
      return responses ? [logits, tf.concat(maxima, 1)] : [logits];
    },
  };
}

function momentsFunction(network: Network, batch: number): ProgramFunction {
  return {
    inputs: [
      { shape: [batch, ...network.input], dtype: "float32" },
      { shape: [batch], dtype: "float32" },
    ],
    body({ ops, inputs: [images, counted], variables: { parameters, running } }) {
      const [mean, variance] = tf.split(running!.read(), 2) as [Tensor1D, Tensor1D];
      const moments: Tensor1D[][] = [];
      const listener = (layer: number, activation: Tensor4D) => {
        moments[layer] = layerMoments(activation, counted as Tensor1D);
      };
      network.inference(ops, parameters!.read(), { mean, variance })(images as Tensor4D, listener);
      return [tf.concat(moments.flat())];
    },
  };
}

/** Around the batch's own mean: a float32 would lose the spread of a filter whose mean is far from 0. */
function layerMoments(activation: Tensor4D, counted: Tensor1D): Tensor1D[] {
  const [images, height, width, channels] = activation.shape;
  const rows = tf.reshape(activation, [images, height * width, channels]);
  const counts = tf.reshape(counted, [images, 1, 1]);
  const total = tf.mul(tf.sum(counted), height * width);
  const mean = tf.div(tf.sum(tf.mul(rows, counts), [0, 1]), total) as Tensor1D;
  const centered = tf.reshape(tf.mul(tf.sub(rows, mean), counts), [images * height * width, channels]);
  const products = tf.div(tf.matMul(centered, centered, true), height * width);
  return [mean, tf.reshape(products, [channels * channels])];
}
