import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineName } from "../engine/engine.js";
import { UserError } from "../errors.js";
import { environmentWith } from "../settings.js";
import type { TortureMessage } from "./torture-child.js";

export interface TortureProcessOptions {
  engine: EngineName;
  /** Its cache folder: checkpoints, claims, records, weights. */
  cache: string;
  /** Seconds between two checkpoints. */
  checkpointSeconds: number;
  /** Number of the last run that it is to train; the first is 0. */
  last: number;
  onMessage?: (message: TortureMessage) => void;
}

const entry = fileURLToPath(new URL("./torture-child.js", import.meta.url));

/** A process that trains tiny runs until they all have a record, or it is killed. */
export class TortureProcess {
  readonly #child: ChildProcess;
  #heard: TortureMessage["type"][] = [];
  #hasEnded = false;
  #onHeard = () => {};
  /** Resolves once it has ended. Rejects with `UserError` if it failed by itself. */
  readonly ended: Promise<void>;

  constructor({ engine, cache, checkpointSeconds, last, onMessage }: TortureProcessOptions) {
    const folders = { FILTER_SPARSITY_CACHE: cache, FILTER_SPARSITY_RUNS: join(cache, "records") };
    const child = fork(entry, [engine, String(checkpointSeconds), String(last)], {
      env: environmentWith({ TF_CPP_MIN_LOG_LEVEL: "2", ...folders, ...oneThread }),
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child = child;
    let words = "";
    child.stderr?.on("data", (text: Buffer) => {
      words = (words + text.toString()).slice(-2000);
    });
    this.ended = new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        if (code) reject(new UserError(`A process ended by itself with exit code ${code}: ${words.trim()}`));
        else resolve();
      });
    });
    child.on("message", (message: TortureMessage) => {
      onMessage?.(message);
      this.#heard.push(message.type);
      this.#onHeard();
    });
    child.on("close", () => {
      this.#hasEnded = true;
      this.#onHeard();
    });
    // Whoever waits for the end learns of a failure, but not all wait at once.
    this.ended.catch(() => {});
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves once it has told so many messages, of one type if that is given, or has ended. */
  async hasTold(count: number, type?: TortureMessage["type"]): Promise<void> {
    while (!this.#hasEnded && this.#heard.filter((told) => told === (type ?? told)).length < count)
      await new Promise<void>((resolve) => {
        this.#onHeard = resolve;
      });
  }

  /** Kills it with SIGKILL. Resolves once it is gone: true if this was what ended it. */
  async kill(): Promise<boolean> {
    this.#child.kill("SIGKILL");
    await this.ended;
    return this.#child.signalCode === "SIGKILL";
  }
}

const oneThread = { TF_NUM_INTRAOP_THREADS: "1", TF_NUM_INTEROP_THREADS: "1", OMP_NUM_THREADS: "1" };
