import { dirname } from "pathe";
import type { EngineName } from "../../../engine/engine.js";
import { UserError } from "../../../errors.js";
import { runId } from "../../../runs/config.js";
import type { TrainMessage } from "../../../runs/messages.js";
import { runFolder } from "../../../runs/store.js";
import type { TrainListeners, TrainOutcome } from "../../../runs/worker-process.js";
import type { MeasureMessage, TrainerReport, TrainerRequest } from "../messages.js";
import { disk } from "../worker/disk.js";
import { readersImages } from "../worker/images.js";
import { syncFolder } from "./durable.js";

/** Workers that have opened their engine and wait for the next cell that trains. */
const idle: Trainer[] = [];

/** The runner's end of one worker that trains. */
class Trainer {
  readonly #worker = new Worker(new URL("trainer.js", location.href), { type: "module" });
  #listener: ((report: TrainerReport) => void) | undefined;
  #onCrash: ((error: Error) => void) | undefined;
  /** Resolves with the version of its engine. */
  readonly ready: Promise<string>;

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<TrainerReport>) => this.#listener?.(data);
    this.#worker.onerror = ({ message }) =>
      this.#onCrash?.(
        new Error(
          message ? `the worker crashed: ${message}` : "trainer.js or a part of it could not be loaded",
        ),
      );
    this.ready = this.exchange((report, resolve) => {
      if (report.type === "ready") resolve(report.version);
    });
    this.ready.catch(() => {});
  }

  /** Resolves with what `listen` finds among the reports. Throws where the worker cannot work or crashes. */
  exchange<T>(
    listen: (report: TrainerReport, resolve: (value: T) => void) => void,
    request?: TrainerRequest,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#onCrash = reject;
      this.#listener = (report) => {
        if (report.type === "unable") reject(new UserError(report.message));
        else listen(report, resolve);
      };
      if (request) this.#worker.postMessage(request);
    });
  }

  end(): void {
    this.#worker.terminate();
  }
}

/** Seconds that a run will take a worker here. Throws `UserError` where it cannot begin: no images, no engine. */
export async function measureInTrainer(which: Omit<MeasureMessage, "type">): Promise<number> {
  const trainer = idle.pop() ?? new Trainer();
  await trainer.ready;
  const measured = await trainer.exchange<number | UserError>(
    (report, resolve) => {
      if (report.type === "measured") resolve(report.seconds);
      if (report.type === "failed") resolve(new UserError(report.message));
    },
    { job: { type: "measure", ...which }, images: readersImages() },
  );
  idle.push(trainer);
  if (measured instanceof UserError) throw measured;
  return measured;
}

type Stopped = Extract<TrainOutcome, { type: "stopped" }>;
type Ended = Extract<TrainerReport, { type: "trained" | "failed" }>;

/** In the place of the queue's end of a process that trains: the same of a worker, whose runs come to the page's disk. */
export class WorkerProcess {
  readonly #trainer = idle.pop() ?? new Trainer();
  #trains = false;
  #abandoned: ((outcome: Stopped) => void) | undefined;

  async ready(): Promise<{ engine: EngineName; version: string }> {
    return { engine: "wasm", version: await this.#trainer.ready };
  }

  async train(message: TrainMessage, { onProgress, onNote }: TrainListeners): Promise<TrainOutcome> {
    this.#trains = true;
    const stopped = new Promise<Stopped>((resolve) => {
      this.#abandoned = resolve;
    });
    const ended = this.#trainer.exchange<Ended>(
      (report, resolve) => {
        if (report.type === "progress") onProgress(report.progress);
        else if (report.type === "note") onNote(report.message);
        else if (report.type === "trained" || report.type === "failed") resolve(report);
      },
      { job: message, images: readersImages() },
    );
    const report = await Promise.race([ended, stopped]);
    if (report.type === "stopped") return report;
    this.#trains = false;
    if (report.type === "failed") return report;
    await this.#save(message, report.files);
    return { type: "done", seconds: report.seconds, status: report.status };
  }

  /** Ends the worker where it trains; else it waits for the next cell. */
  async stop(): Promise<void> {
    if (!this.#trains) {
      if (!idle.includes(this.#trainer)) idle.push(this.#trainer);
      return;
    }
    this.#trainer.end();
    this.#abandoned?.({ type: "stopped", message: "stopped" });
  }

  async #save({ config, seed, place }: TrainMessage, files: Record<string, Uint8Array<ArrayBuffer>>) {
    const folder = runFolder(runId(config), seed, place);
    disk.makeFolder(folder);
    for (const [name, bytes] of Object.entries(files)) disk.write(`${folder}/${name}`, bytes);
    await syncFolder(dirname(folder));
  }
}
