import { createInterface } from "node:readline";
import * as tf from "@tensorflow/tfjs-core";
import type { Dataset } from "../datasets/dataset.js";
import { openEngine } from "../engine/index.js";
import { messageOf } from "../errors.js";
import { createNetwork, initialParameters } from "../models/index.js";
import { optimizerChain } from "../optimizers/index.js";
import { openRandom } from "../random.js";
import { BatchMaker, score, Trainer } from "../training/index.js";
import type { Work } from "./work.js";

/*
 * Our side of the benchmark, a process that speaks the protocol of test/bench/torch_peer.py: one JSON line
 * {work, steps} in, one {millisecondsPerStep, loss} or {error} out.
 */

const engine = await openEngine();
const steps = new Map<string, () => number>();
write({ ready: true, engine: engine.name, version: engine.version });
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() !== "") write(answer(JSON.parse(line)));
}

function write(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function answer({ work, steps: count }: { work: Work; steps: number }): object {
  try {
    const key = JSON.stringify(work);
    const step = steps.get(key) ?? makeStep(work);
    steps.set(key, step);
    const millisecondsPerStep: number[] = [];
    let loss = Number.NaN;
    for (let index = 0; index < count; index++) {
      const start = performance.now();
      loss = step();
      millisecondsPerStep.push(performance.now() - start);
    }
    return { millisecondsPerStep, loss, tensors: tf.memory().numTensors };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/** One step as the training loop does it: bytes to a normalized batch, the step, the logits read back. */
function makeStep({ mode, widths, size, batch, optimizer, penalty }: Work): () => number {
  const dataset = randomImages(size, batch);
  const batches = new BatchMaker(dataset);
  const model = { name: "basicnet", widths, activation: "relu", normalization: "batch" } as const;
  const network = createNetwork(model, dataset);
  const initial = initialParameters(network.layout, openRandom(1, "init"));
  const chain = optimizerChain({ optimizer, penalty });
  const trainer = new Trainer({ network, engine, chain, initial, batchSize: batch, evaluationBatch: batch });
  const indices = Uint32Array.from({ length: batch }, (_, index) => index);
  const lossOf = (logits: tf.Tensor2D) => {
    const { loss, count } = score(logits.dataSync(), dataset.train.labels, dataset.classes.length);
    logits.dispose();
    return loss / count;
  };
  if (mode === "train") return () => lossOf(trainer.step(batches.batch(dataset.train, indices), 1));
  return () => {
    const { images, labels } = batches.batch(dataset.train, indices);
    const loss = lossOf(trainer.infer(images));
    tf.dispose([images, labels]);
    return loss;
  };
}

function randomImages(size: number, count: number): Dataset {
  const random = openRandom(1, "images");
  const pixels = size * size * 3;
  const set = {
    count,
    images: Uint8Array.from({ length: count * pixels }, () => random.integer(256)),
    labels: Uint16Array.from({ length: count }, () => random.integer(10)),
  };
  return {
    name: "random",
    source: "benchmark",
    classes: Array.from({ length: 10 }, (_, index) => String(index)),
    height: size,
    width: size,
    channels: 3,
    train: set,
    test: set,
    checksum: "",
  };
}
