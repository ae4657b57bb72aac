import { openEngine } from "../engine/index.js";
import { messageOf } from "../errors.js";
import { trainedModel } from "../pruning/model.js";
import type { LatencyAnswer, LatencyRequest } from "./latency-process.js";
import { takeLatencyTurns } from "./latency-turns.js";

// Entry of a process that times models on one engine, as they come over IPC; it ends with its parent.

async function answer({ engine: name, models, batch, seconds }: LatencyRequest): Promise<LatencyAnswer> {
  try {
    const engine = await openEngine({ name });
    const built = models.map(({ model, images, weights }) => trainedModel(model, images, weights));
    return { turns: await takeLatencyTurns(engine, built, { batch, seconds }), version: engine.version };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

process.on("message", async (request: LatencyRequest) => process.send?.(await answer(request)));
process.on("disconnect", () => process.exit());
