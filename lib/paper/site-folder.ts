import { createHash } from "node:crypto";
import { readlinkSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { messageOf, UsageError, UserError } from "../errors.js";

/** Says that a folder is a site of this program, which a later build may replace. */
const marker = ".filter-sparsity-paper";

/** Throws `UsageError` where `out` holds anything else than a site of an earlier build. */
export async function requireReplaceable(out: string): Promise<void> {
  const names = await readdir(out).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw new UsageError(`${out} is not a folder. Expected one to put the site in, e.g. --out paper.`);
  });
  if (names.length === 0 || names.includes(marker)) return;
  throw new UsageError(
    `${out} holds files that are no site of this program (${names[0]}). Expected a new or empty folder.`,
  );
}

/**
 * Lets `write` fill a folder beside `out`, which takes its place when all is there: `out` is the earlier site, or none, or
 * the whole new one. What killed builds left beside it is removed. Throws `UserError` where the disk is full or refuses.
 */
export async function writeAside<T>(out: string, write: (site: string) => Promise<T>): Promise<T> {
  let site: string | undefined;
  try {
    await mkdir(dirname(out), { recursive: true });
    site = await unfinishedFolder(dirname(out), basename(out));
    const result = await write(site);
    await writeFile(join(site, marker), "Built by npm run paper, which replaces this folder.\n");
    // A temporary folder is its owner's alone; a site is to be served.
    await chmod(site, 0o755);
    await putInPlace(site, out);
    return result;
  } catch (error) {
    const why = diskProblem(error);
    throw why === undefined
      ? error
      : new UserError(`The site could not be written beside ${out}: ${why}. Make room or access there.`, {
          cause: error,
        });
  } finally {
    if (site !== undefined) await removeWhole(site);
  }
}

/**
 * Removes a folder that others may still write into for a moment: of many files that are written at once, one fails
 * first. What cannot be removed now is removed by the next build.
 */
const removeWhole = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }).catch(() => {});

const diskErrors = ["ENOSPC", "EACCES", "EROFS", "EDQUOT", "EPERM"];

/** What of an error is the disk's; esbuild reports the system's words without its code, once for each file. */
function diskProblem(error: unknown): string | undefined {
  const message = messageOf(error);
  if (diskErrors.includes((error as NodeJS.ErrnoException)?.code ?? "")) return message;
  return /no space left on device|permission denied|read-only file system|disk quota exceeded/i.exec(
    message,
  )?.[0];
}

async function putInPlace(site: string, out: string): Promise<void> {
  const old = `${site}-old`;
  await rename(out, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rename(site, out);
  await removeWhole(old);
}

/** Process ids mean something only on one host, and within it in one container. */
const machine = createHash("sha256").update(`${hostname()} ${processSpace()}`).digest("hex").slice(0, 8);

function processSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

/** Older ones are nobody's, whatever machine they came from, ms. */
const longest = 7 * 24 * 3_600_000;

/** A new folder of this process in `parent`, hidden, after removing those of processes that have ended. */
export async function unfinishedFolder(parent: string, name: string): Promise<string> {
  for (const other of await readdir(parent)) {
    const path = join(parent, other);
    if (other.startsWith(`.${name}-building-`) && (await isLeft(path))) await removeWhole(path);
  }
  return mkdtemp(join(parent, `.${name}-building-${machine}-${process.pid}-`));
}

async function isLeft(path: string): Promise<boolean> {
  const [, where, pid] = /-building-([\da-f]{8})-(\d+)-[^-]+(?:-old)?$/.exec(path) ?? [];
  if (where === machine && !isRunning(Number(pid))) return true;
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.NaN }));
  return Date.now() - mtimeMs > longest;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
