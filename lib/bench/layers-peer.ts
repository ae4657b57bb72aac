import * as tf from "@tensorflow/tfjs";
import { setting } from "../settings.js";
import { layersModel, layersOptimizer } from "./layers-model.js";
import { type Request, type Step, serve, timeSteps } from "./protocol.js";
import { startStockBackend } from "./stock-backend.js";
import type { Work } from "./work.js";

/* A peer of the benchmark: the same work as a user of plain tfjs writes it, with layers, on request. */

interface OpenWork {
  step: Step;
  parameters: number;
}

const classes = 10;

await serve(async () => {
  const tfjs = await startStockBackend(setting("FILTER_SPARSITY_ENGINE") ?? "");
  const opened = new Map<string, OpenWork>();
  return {
    greeting: { tfjs },
    async answer(request: Request) {
      if ("sgemm" in request) throw new Error("the engine's own product is measured, not this one's");
      const { work, steps } = request;
      const key = JSON.stringify(work);
      const { step, parameters } = opened.get(key) ?? openWork(work);
      opened.set(key, { step, parameters });
      return { ...(await timeSteps(step, { steps, stepsPerReading: work.stepsPerReading })), parameters };
    },
  };
});

function openWork(work: Work): OpenWork {
  const images = tf.randomUniform([work.batch, work.size, work.size, 3], -1, 1, "float32", 1);
  const labels = tf.randomUniformInt([work.batch], 0, classes, 1).toFloat();
  const model = layersModel(work, classes);
  const parameters = model.trainableWeights.reduce(
    (sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]),
    0,
  );
  if (work.mode === "evaluate") {
    const step = async () => {
      const probabilities = model.predictOnBatch(images) as tf.Tensor;
      const [first] = await probabilities.data();
      probabilities.dispose();
      return first!;
    };
    return { step, parameters };
  }
  model.compile({ optimizer: layersOptimizer(work.optimizer), loss: "sparseCategoricalCrossentropy" });
  return { step: async () => (await model.trainOnBatch(images, labels)) as number, parameters };
}
