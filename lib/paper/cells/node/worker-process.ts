import { loadDataset } from "../../../datasets/index.js";
import { type Engine, openEngine } from "../../../engine/index.js";
import { messageOf } from "../../../errors.js";
import { executeRun } from "../../../runs/execute.js";
import type { TrainMessage } from "../../../runs/messages.js";
import { trainAndSave } from "../../../runs/train-and-save.js";
import type { TrainListeners, TrainOutcome } from "../../../runs/worker-process.js";

/** In the place of a process that trains: the worker of the page does, and what it trains is gone with the page. */
export class WorkerProcess {
  readonly #abort = new AbortController();
  readonly #engine: Promise<Engine> = openEngine();

  async ready(): Promise<Pick<Engine, "name" | "version">> {
    return this.#engine;
  }

  async train(message: TrainMessage, { onProgress, onNote }: TrainListeners): Promise<TrainOutcome> {
    const { type: _, config, ...options } = message;
    try {
      const { record } = await trainAndSave(config, {
        ...options,
        // A page has nothing that outlives it.
        checkpointSeconds: Number.MAX_SAFE_INTEGER,
        ...{ engine: await this.#engine, execute: executeRun, load: loadDataset },
        ...{ onProgress, log: onNote, signal: this.#abort.signal },
      });
      return { type: "done", seconds: record.timing.seconds, status: record.status };
    } catch (error) {
      return { type: this.#abort.signal.aborted ? "stopped" : "failed", message: messageOf(error) };
    }
  }

  async stop(): Promise<void> {
    this.#abort.abort(new Error("the cell was interrupted"));
  }
}
