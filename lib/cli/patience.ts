import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { cacheDirectory, runsDirectory } from "../paths.js";

/** A file system that is there answers in milliseconds, one across a network in a second. */
const patienceMs = 3000;

/**
 * Waits until the folders of records and of the cache answer, and says on stderr which it waits for: a file system that
 * hangs stops whoever looks, and then nobody can say why. Until they do, any signal ends the process at once.
 */
export async function awaitFolders(
  print: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Promise<void> {
  const folders = { FILTER_SPARSITY_RUNS: runsDirectory(), FILTER_SPARSITY_CACHE: cacheDirectory() };
  await Promise.all(
    Object.entries(folders).map(async ([name, folder]) => {
      const line = `wait ${folder} does not answer: the file system that it lies on hangs. Ctrl-C ends this; ${name} names another folder.`;
      const tell = setTimeout(print, patienceMs, line);
      // Whether it is there, and of what kind, others say better.
      await stat(folder).catch(() => undefined);
      clearTimeout(tell);
    }),
  );
}

/** Ends the process, also where a file system hangs: then the exit itself waits for ever. */
export function endNow(code: number): never {
  const kill = `setTimeout(() => { try { process.kill(${process.pid}, "SIGKILL"); } catch {} }, 1000)`;
  spawn(process.execPath, ["-e", kill], { detached: true, stdio: "ignore" }).unref();
  process.exit(code);
}
