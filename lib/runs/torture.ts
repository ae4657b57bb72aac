import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { EngineName } from "../engine/engine.js";
import { openRandom } from "../random.js";
import { checkpointFile } from "./checkpoint-folder.js";
import { runId } from "./config.js";
import { filtersFile, recordFile } from "./store.js";
import { TortureProcess } from "./torture-process.js";
import { tortureRun } from "./torture-runs.js";
import { weightsFiles } from "./weights.js";

export interface TortureOptions {
  /** Processes to kill. */
  kills: number;
  /** Default "wasm". */
  engine?: EngineName;
  /** Processes at work, and killed, at the same time. Default 2. */
  processes?: number;
  onProgress?: (progress: { kills: number; runs: number }) => void;
}

export interface TortureResult {
  kills: number;
  /** Runs that were begun and have no whole record in the end. */
  lost: number;
  /** Runs whose record, per-filter table or weights differ in any bit from those of a run that was left alone. */
  different: number;
  /** Runs that were begun. */
  runs: number;
  /** How often one of them went on from a checkpoint. */
  resumes: number;
  /** Kills in the middle of writing a checkpoint, and of writing a record. */
  cutCheckpoints: number;
  cutRecords: number;
  /** Checkpoints damaged on purpose after a kill. */
  damaged: number;
  seconds: number;
}

/** A process is killed after some number of messages up to this: a run and a half, whatever the machine is busy with. */
const longestLife = 40;
/** Except for this share of them: when its first record is about to be written. */
const shareAtSaving = 0.2;
/** And then at some moment of this time: most of what happens between two messages. */
const longestDelayMs = 40;
/** After one kill in so many a checkpoint is damaged. */
const damageEvery = 8;
/** Runs handed to a process beyond those begun: more than it can train in its life. */
const ahead = 100;

/**
 * Trains tiny runs in processes that are killed (SIGKILL) at random moments, with a checkpoint at every chance, until
 * so many have been killed and every run begun has its record; then trains the same runs again, undisturbed and without
 * checkpoints, and compares bit by bit. Works in a temporary folder. Throws `UserError` if a process fails by itself.
 */
export async function torture(options: TortureOptions): Promise<TortureResult> {
  const { kills: wanted, engine = "wasm", processes = 2, onProgress = () => {} } = options;
  const startedAt = performance.now();
  const root = await mkdtemp(join(tmpdir(), "filter-sparsity-torture-"));
  const [tortured, alone] = [join(root, "tortured"), join(root, "alone")];
  const random = openRandom(Date.now() % 2 ** 31, "torture");
  const counts = { kills: 0, resumes: 0, cutCheckpoints: 0, cutRecords: 0, damaged: 0 };
  const open = new Set<TortureProcess>();
  let begun = 0;

  function start(cache: string, checkpointSeconds: number, last: number): TortureProcess {
    const child = new TortureProcess({
      ...{ engine, cache, checkpointSeconds, last },
      onMessage(message) {
        if (message.type === "start") begun = Math.max(begun, message.run + 1);
        if (message.type === "note" && message.line.startsWith("goes on")) counts.resumes++;
      },
    });
    open.add(child);
    child.ended.catch(() => {}).finally(() => open.delete(child));
    return child;
  }

  async function killOne(): Promise<void> {
    const child = start(tortured, 0, begun + ahead);
    if (random.uniform() < shareAtSaving) await child.hasTold(1, "save");
    else await child.hasTold(random.integer(longestLife));
    await sleep(random.uniform() * longestDelayMs);
    if (!(await child.kill())) return;
    counts.kills++;
    const names = (await namesBelow(tortured)).map((path) => basename(path));
    const cut = names.filter((name) => name.includes(`.${child.pid}-`) && name.endsWith(".tmp"));
    if (cut.some((name) => name.startsWith("step-"))) counts.cutCheckpoints++;
    if (cut.some((name) => name.startsWith("seed-"))) counts.cutRecords++;
    if (counts.kills % damageEvery === 0 && (await damageOne(tortured, random.uniform()))) counts.damaged++;
    onProgress({ kills: counts.kills, runs: begun });
  }

  /** As many at once as there are processes. */
  const together = (work: () => Promise<unknown>) => Promise.all(Array.from({ length: processes }, work));
  const trainAll = (cache: string, checkpointSeconds: number) =>
    together(() => start(cache, checkpointSeconds, begun - 1).ended);

  try {
    let left = wanted;
    await together(async () => {
      while (left-- > 0) await killOne();
    });
    await trainAll(tortured, 0);
    await trainAll(alone, 1e9);
    const outcomes = await Promise.all(
      Array.from({ length: begun }, (_, number) => compareRun(number, tortured, alone)),
    );
    const count = (outcome: "lost" | "different") => outcomes.filter((other) => other === outcome).length;
    const seconds = (performance.now() - startedAt) / 1000;
    return { ...counts, lost: count("lost"), different: count("different"), runs: begun, seconds };
  } finally {
    await Promise.all([...open].map((child) => child.kill().catch(() => {})));
    await rm(root, { recursive: true, force: true });
  }
}

/** Paths of everything in a folder. */
const namesBelow = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true }).catch(() => [])).map((name) => join(folder, name));

/** Flips a bit of some checkpoint, or cuts it short. False where there is none, or it is gone meanwhile. */
async function damageOne(cache: string, chance: number): Promise<boolean> {
  const checkpoints = (await namesBelow(cache)).filter((path) => checkpointFile.test(basename(path)));
  const path = checkpoints.sort()[Math.floor(chance * checkpoints.length)];
  if (!path) return false;
  try {
    const bytes = await readFile(path);
    const place = Math.floor(((chance * 7919) % 1) * bytes.length);
    bytes[place]! ^= 1;
    if (chance < 0.5) await writeFile(path, bytes, { flag: "r+" });
    else await truncate(path, place);
    return true;
  } catch {
    return false;
  }
}

async function compareRun(
  number: number,
  tortured: string,
  alone: string,
): Promise<"same" | "lost" | "different"> {
  const files = filesOf(number);
  const expected = await readAll(alone, files);
  const found = await readAll(tortured, files).catch(() => undefined);
  if (!found) return "lost";
  return found.every((content, index) => content === expected[index]) ? "same" : "different";
}

/** What a run leaves behind, relative to the cache folder. */
function filesOf(number: number): string[] {
  const { config, seed } = tortureRun(number);
  const id = runId(config);
  const folder = join("runs", id, `seed-${seed}`);
  return [join(folder, recordFile), join(folder, filtersFile), ...weightsFiles(id, seed)];
}

/** The contents of files, a record's without its timing. */
const readAll = (folder: string, files: string[]): Promise<string[]> =>
  Promise.all(
    files.map(async (file) => {
      const content = await readFile(join(folder, file), "latin1");
      return basename(file) === recordFile ? JSON.stringify({ ...JSON.parse(content), timing: 0 }) : content;
    }),
  );
