import { loadDataset } from "../../../datasets/index.js";
import type { Engine } from "../../../engine/engine.js";
import { openWasm } from "../../../engine/wasm.js";
import { messageOf } from "../../../errors.js";
import { runId } from "../../../runs/config.js";
import { executeRun, type RunProgress } from "../../../runs/execute.js";
import { keepLast } from "../../../runs/last-dataset.js";
import type { TrainMessage } from "../../../runs/messages.js";
import { measurePace, secondsAt } from "../../../runs/pace.js";
import { filtersFile, recordFile, runFolder } from "../../../runs/store.js";
import { trainAndSave } from "../../../runs/train-and-save.js";
import type { MeasureMessage, TrainerReport, TrainerRequest } from "../messages.js";
import { disk } from "./disk.js";
import { takeImages } from "./images.js";

// Entry of a worker that trains runs for the one that runs cells, as `lib/runs/worker.ts` is of a process: on a disk of
// its own, from which a finished record goes to the other's. It is ended by whoever opened it.

/** The part of a worker's global scope that is used here; the library's types are a page's. */
const port = globalThis as unknown as {
  postMessage(report: TrainerReport): void;
  onmessage: ((event: MessageEvent<TrainerRequest>) => void) | null;
};

const progressEveryMs = 250;
const load = keepLast(loadDataset);

async function measure({ config, seed, locations }: MeasureMessage, engine: Engine): Promise<void> {
  const dataset = await load(config.dataset, { location: locations[config.dataset.name] });
  const pace = await measurePace(config, { engine, dataset, seed });
  port.postMessage({ type: "measured", seconds: secondsAt(pace, config, dataset) });
}

async function train({ config, ...message }: TrainMessage, engine: Engine): Promise<void> {
  const { seed, place, replace, locations, light } = message;
  let reportedAt = Number.NEGATIVE_INFINITY;
  const onProgress = (progress: RunProgress) => {
    const now = performance.now();
    if (now - reportedAt < progressEveryMs && progress.step < progress.steps) return;
    reportedAt = now;
    port.postMessage({ type: "progress", progress });
  };
  const { record } = await trainAndSave(config, {
    ...{ engine, execute: executeRun, load, seed, place, replace, locations, light, onProgress },
    // A checkpoint would go with this worker.
    checkpointSeconds: Number.POSITIVE_INFINITY,
    log: (line) => port.postMessage({ type: "note", message: line }),
  });
  const folder = runFolder(runId(config), seed, place);
  const files = Object.fromEntries(
    [recordFile, filtersFile].map((name) => [name, disk.read(`${folder}/${name}`)]),
  );
  const { timing, status } = record;
  port.postMessage({ type: "trained", seconds: timing.seconds, status, files });
  disk.remove(folder);
}

openWasm().then(
  (engine) => {
    port.onmessage = async ({ data: { images, job } }) => {
      try {
        for (const each of images) takeImages(each);
        await (job.type === "measure" ? measure(job, engine) : train(job, engine));
      } catch (error) {
        port.postMessage({ type: "failed", message: messageOf(error) });
      }
    };
    port.postMessage({ type: "ready", version: engine.version });
  },
  (error: unknown) => port.postMessage({ type: "unable", message: messageOf(error) }),
);
