import {
  BatchMaker,
  BatchOrder,
  createNetwork,
  type Engine,
  initialParameters,
  openRandom,
  optimizerChain,
  parseRunConfig,
  scheduleFactor,
  syntheticImages,
  Trainer,
  trainingLoop,
} from "../../lib/browser.js";

/** Trains a tiny BasicNet on the synthetic images, in Node or in a page; returns the mean loss of every step. */
export async function smokeRun(engine: Engine, steps: number): Promise<number[]> {
  const config = parseRunConfig({
    dataset: { name: "synthetic", size: 8 },
    model: { widths: [4, 6, 8] },
    optimizer: { name: "adam", learningRate: 1e-2 },
    penalty: { kind: "l2", lambda: 1e-3 },
    batchSize: 8,
    steps,
  });
  const { batchSize, schedule } = config;
  const seed = 1;
  const dataset = syntheticImages(config.dataset);
  const network = createNetwork(config.model, dataset);
  const initial = initialParameters(network.layout, openRandom(seed, "init"));
  const trainer = new Trainer({ network, engine, chain: optimizerChain(config), initial, batchSize });
  const losses: number[] = [];
  await trainingLoop({
    trainer,
    data: dataset.train,
    batches: new BatchMaker(dataset, { seed }),
    order: new BatchOrder({ count: dataset.train.count, batchSize, seed }),
    steps,
    classes: dataset.classes.length,
    factor: (step) => scheduleFactor(schedule, step, steps),
    // A stop a step, so that every step's loss is read by itself.
    stops: Array.from({ length: steps }, (_, index) => index + 1),
    onStop: async () => {},
    onReading: (_, { loss, count }) => losses.push(loss / count),
  });
  trainer.dispose();
  return losses;
}
