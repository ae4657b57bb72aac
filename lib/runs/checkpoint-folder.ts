import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf } from "../errors.js";
import { cacheDirectory } from "../paths.js";
import { checkpointSeconds } from "../settings.js";
import {
  type Checkpoint,
  type CheckpointOrigin,
  decodeCheckpoint,
  encodeCheckpoint,
  whyUnfit,
} from "./checkpoint.js";
import { syncFolder, writeSynced } from "./durable.js";
import { unfinished } from "./store.js";

export interface CheckpointOptions {
  /** Seconds between two checkpoints. Default 30, or the environment variable `FILTER_SPARSITY_CHECKPOINT_SECONDS`. */
  every?: number;
  /** ISO 8601: only checkpoints of a run that was started after this count; older ones are of one that has ended. */
  after?: string;
  /** Takes what a reader should know, a line each: a resumed run, a damaged file. */
  log?: (line: string) => void;
}

/** Checkpoints kept of a run: should the newest be damaged, there is the one before. */
const kept = 2;
/** Names of the files. */
export const checkpointFile = /^step-(\d+)\.checkpoint$/;

/** Where a run's checkpoints lie, whether or not there are any. */
export const checkpointFolder = (id: string, seed: number): string =>
  join(cacheDirectory(), "checkpoints", id, `seed-${seed}`);

/** The checkpoints of one run in the cache. Only the process that has claimed the run may open them. */
export class Checkpoints {
  readonly #folder: string;
  readonly #every: number;
  readonly #log: (line: string) => void;
  readonly #after: string | undefined;
  /** The files that the next one to be written leaves alone, newest first. */
  #good: string[] = [];
  #savedAt = performance.now();
  #failed = false;

  constructor(id: string, seed: number, options: CheckpointOptions = {}) {
    const { every = checkpointSeconds(), log = () => {}, after } = options;
    this.#folder = checkpointFolder(id, seed);
    this.#every = every;
    this.#log = log;
    this.#after = after;
  }

  /**
   * The newest checkpoint that a run can go on from. What is damaged, or was made by another engine or program, is
   * passed over and told in a line; it gives way to the next checkpoint that is saved.
   */
  async newest(wanted: CheckpointOrigin): Promise<Checkpoint | undefined> {
    const files = await this.#files();
    for (const file of files) {
      const found = await this.#read(file);
      if (found === undefined) continue;
      const { origin, startedAt } = found;
      const { step } = found.position;
      if (this.#after !== undefined && startedAt <= this.#after) continue;
      const reason = whyUnfit(origin, wanted);
      if (reason !== undefined) {
        this.#log(`checkpoint of step ${step} is not used: ${reason}`);
        continue;
      }
      if (origin.machine !== wanted.machine)
        this.#log(`checkpoint of step ${step} was made on ${origin.machine}: last digits may differ here`);
      this.#good = [file];
      this.#log(`goes on from the checkpoint of step ${step}`);
      return found;
    }
    if (files.length > 0) this.#log("no checkpoint can be used: the run starts from the beginning");
    return undefined;
  }

  /** Whether the last one was saved, or these opened, long enough ago. */
  get due(): boolean {
    return performance.now() - this.#savedAt >= 1000 * this.#every;
  }

  /**
   * Writes a checkpoint whole or not at all and removes all but the last two. A run does not fail for want of one:
   * that it could not be written is told in a line, once.
   */
  async save(checkpoint: Checkpoint): Promise<void> {
    const name = `step-${checkpoint.position.step}.checkpoint`;
    const temporary = join(this.#folder, `${name}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeSynced(temporary, encodeCheckpoint(checkpoint));
      await rename(temporary, join(this.#folder, name));
      await syncFolder(this.#folder);
      this.#good = [name, ...this.#good.filter((other) => other !== name)].slice(0, kept);
      for (const other of await this.#files())
        if (!this.#good.includes(other)) await rm(join(this.#folder, other), { force: true });
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      if (!this.#failed)
        this.#log(`no checkpoint could be saved (${messageOf(error)}): the run goes on without`);
      this.#failed = true;
    }
    this.#savedAt = performance.now();
  }

  /** Removes all of them: the run's record is on disk. */
  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    // Stays where other seeds have theirs.
    await rmdir(dirname(this.#folder)).catch(() => {});
  }

  /** The checkpoints' names, the latest step first; what a killed process left half-written is removed. */
  async #files(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names.filter((name) => unfinished.test(name)))
      await rm(join(this.#folder, name), { force: true });
    const step = (name: string) => Number(checkpointFile.exec(name)?.[1]);
    return names.filter((name) => checkpointFile.test(name)).sort((a, b) => step(b) - step(a));
  }

  async #read(name: string): Promise<Checkpoint | undefined> {
    const path = join(this.#folder, name);
    try {
      return decodeCheckpoint(await readFile(path));
    } catch (error) {
      this.#log(`${path} is damaged: ${messageOf(error)}`);
      return undefined;
    }
  }
}
