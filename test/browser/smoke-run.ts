import {
  createNetwork,
  type Engine,
  optimizerChain,
  parseRunConfig,
  Session,
  syntheticImages,
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
  const dataset = syntheticImages(config.dataset);
  const network = createNetwork(config.model, dataset);
  const chain = optimizerChain(config);
  const session = new Session({ engine, dataset, network, chain, seed: 1, batchSize, steps, schedule });
  const losses: number[] = [];
  // A stop a step, so that every step's loss is read by itself.
  const stops = Array.from({ length: steps }, (_, index) => index + 1);
  for await (const event of session.train({ stops }))
    if (event.type === "reading") losses.push(event.score.loss / event.score.count);
  session.dispose();
  return losses;
}
