import type { Tensor2D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type Engine, openEngine } from "../engine/index.js";
import { createNetwork } from "../models/index.js";
import { optimizerChain } from "../optimizers/index.js";
import { Session, score } from "../training/index.js";
import { randomImages } from "./images.js";
import { type Answer, type Request, type Step, serve, timeSteps } from "./protocol.js";
import { squareProduct } from "./sgemm.js";
import { OperationClock, timedEngine } from "./timed-engine.js";
import type { Work } from "./work.js";

/* Our side of the benchmark: a process that does steps on request. */

interface OpenWork {
  step: Step;
  macs: number;
  parameters: number;
}

await serve(async () => {
  const engine = await openEngine();
  const clock = new OperationClock();
  const opened = new Map<string, OpenWork>();
  return {
    greeting: { engine: engine.name, version: engine.version },
    async answer(request: Request): Promise<Answer> {
      if ("sgemm" in request) return timeSteps(squareProduct(request.sgemm), request);
      const { work, steps, profile = false } = request;
      const key = JSON.stringify([work, profile]);
      const open = opened.get(key) ?? openWork(work, profile ? timedEngine(engine, clock) : engine);
      opened.set(key, open);
      clock.reset();
      const times = await timeSteps(open.step, { steps, stepsPerReading: work.stepsPerReading });
      return {
        ...times,
        macs: open.macs,
        parameters: open.parameters,
        tensors: tf.memory().numTensors,
        residentBytes: process.memoryUsage.rss(),
        peakBytes: 1024 * process.resourceUsage().maxRSS,
        operations: clock.times(),
      };
    },
  };
});

/** One step of a session as the training loop does it: bytes to a normalized batch, the step, the logits read back. */
function openWork({ mode, model, size, batch, optimizer, penalty }: Work, on: Engine): OpenWork {
  const dataset = randomImages(size, batch);
  const network = createNetwork(model, dataset);
  const chain = optimizerChain({ optimizer, penalty });
  const { batches, trainer } = new Session({
    ...{ engine: on, dataset, network, chain, seed: 1, steps: 1 },
    batchSize: batch,
    evaluationBatch: batch,
  });
  const indices = Uint32Array.from({ length: batch }, (_, index) => index);
  const makeLogits = (): Tensor2D => {
    const made = batches.batch(dataset.train, indices);
    if (mode === "train") return trainer.step(made, 1);
    const logits = trainer.infer(made.images);
    tf.dispose([made.images, made.labels]);
    return logits;
  };
  const step: Step = async (read) => {
    const logits = makeLogits();
    const values = read ? await logits.data() : undefined;
    logits.dispose();
    if (values === undefined) return Number.NaN;
    const { loss, count } = score(values, dataset.train.labels, dataset.classes.length);
    return loss / count;
  };
  return { step, macs: network.macs, parameters: network.layout.count };
}
