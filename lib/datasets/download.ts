import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { lock } from "proper-lockfile";
import { messageOf, UserError } from "../errors.js";
import { setting } from "../settings.js";
import { downloadPath } from "./cached.js";

import { type CifarArchive, cifarArchive } from "./cifar-archives.js";
import type { DatasetWorkOptions } from "./dataset.js";
import { fileMd5 } from "./md5.js";
import { cacheWriteError } from "./pack-writer.js";

const publisher = "https://www.cs.toronto.edu/~kriz/";

export interface DownloadOptions extends DatasetWorkOptions {
  /** Folder URL of the archives; default: the publisher's, or `FILTER_SPARSITY_CIFAR_URL` for a mirror. */
  baseUrl?: string;
  /** Failed attempts in a row, without a byte of progress, before it gives up. */
  attempts?: number;
  /** Wait before the second attempt, doubled for each further one, milliseconds. */
  pauseMs?: number;
  /** A connection silent for so long is taken as cut, milliseconds. */
  silenceMs?: number;
}

/**
 * Downloads an official archive into the cache and checks its size and MD5. A partial download, of this
 * or an earlier call, is continued.
 *
 * @returns path of the archive
 * @throws UserError where the server cannot be reached, refuses, or sends something else than was published
 */
export async function downloadCifar(
  name: CifarArchive["name"],
  options: DownloadOptions = {},
): Promise<string> {
  const { baseUrl = setting("FILTER_SPARSITY_CIFAR_URL") ?? publisher, signal } = options;
  const { archive } = cifarArchive(name)!;
  const url = new URL(archive.name, baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`).href;
  const path = downloadPath(archive.name);
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true }).catch((error) => {
    throw cacheWriteError(dirname(path), error);
  });
  const release = await lock(path, { realpath: false }).catch((cause) => {
    throw new UserError(
      `Another process is downloading ${archive.name} (${path}.lock). Wait for it, then run the same command again.`,
      { cause },
    );
  });
  try {
    await fetchAll({ url, part, bytes: archive.bytes, name }, options);
    const md5 = await fileMd5(part, signal);
    if (md5 !== archive.md5) {
      await rm(part);
      throw new UserError(
        `${url} is not the published file: its MD5 is ${md5}, expected ${archive.md5}. The download was removed: run the same command again, or get the file elsewhere and give it with \`npm run dataset -- ${name} --from ${archive.name}\`.`,
      );
    }
    await rename(part, path);
    return path;
  } finally {
    await release();
  }
}

interface Target {
  url: string;
  part: string;
  bytes: number;
  name: string;
}

async function fetchAll(
  target: Target,
  { attempts = 5, pauseMs = 1000, silenceMs = 60_000, onProgress, signal }: DownloadOptions,
): Promise<void> {
  let failures = 0;
  for (;;) {
    const before = await sizeOf(target.part);
    if (before > target.bytes) await rm(target.part);
    else if (before === target.bytes) return;
    const cause = await fetchRest(target, { silenceMs, onProgress, signal }).catch((error) => error);
    signal?.throwIfAborted();
    if (cause instanceof UserError) throw cause;
    const after = await sizeOf(target.part);
    if (after >= target.bytes) continue;
    failures = after > before ? 1 : failures + 1;
    if (failures >= attempts) {
      throw new UserError(
        `Could not download ${target.url}: ${reasonOf(cause)} (${after} of ${target.bytes} bytes are kept). Check the connection and run the same command again to continue, or get the file elsewhere and give it with \`npm run dataset -- ${target.name} --from FILE\`.`,
        { cause },
      );
    }
    await pause(pauseMs * 2 ** (failures - 1), undefined, { signal });
  }
}

/** Appends what is missing of the file, as far as the connection holds. */
async function fetchRest(
  { url, part, bytes }: Target,
  { silenceMs, onProgress, signal }: DatasetWorkOptions & { silenceMs: number },
): Promise<void> {
  const silence = new AbortController();
  const watch = setTimeout(() => silence.abort(new Error("the server fell silent")), silenceMs);
  const signals = signal ? [signal, silence.signal] : [silence.signal];
  try {
    const kept = await sizeOf(part);
    const response = await fetch(url, {
      headers: kept > 0 ? { Range: `bytes=${kept}-` } : {},
      signal: AbortSignal.any(signals),
    });
    if (!response.ok) {
      await response.body?.cancel();
      const { status, statusText } = response;
      if (status >= 500) throw new Error(`the server answered ${status} ${statusText}`);
      throw new UserError(
        `Could not download ${url}: the server answered ${status} ${statusText}. Get the file elsewhere, or name a mirror's folder in FILTER_SPARSITY_CIFAR_URL.`,
      );
    }
    const continued =
      response.status === 206 && response.headers.get("content-range")?.startsWith(`bytes ${kept}-`);
    if (response.status === 206 && !continued)
      throw new Error("the server sent another range than asked for");
    let done = continued ? kept : 0;
    const file = await open(part, continued ? "a" : "w");
    try {
      for await (const chunk of response.body ?? []) {
        watch.refresh();
        if (done + chunk.length > bytes) throw longerThanPublished(url, bytes);
        await file.writeFile(chunk);
        done += chunk.length;
        onProgress?.({ phase: "download", done, total: bytes });
      }
    } finally {
      await file.close();
    }
    if (done < bytes) throw new Error("the connection was cut");
  } catch (error) {
    throw cacheWriteError(part, error);
  } finally {
    clearTimeout(watch);
  }
}

const longerThanPublished = (url: string, bytes: number) =>
  new UserError(
    `${url} is longer than the published ${bytes} bytes: not the official file. Check FILTER_SPARSITY_CIFAR_URL, or get the file elsewhere.`,
  );

/** `fetch` hides the reason ("getaddrinfo ENOTFOUND ...") in the cause of "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause ? `${messageOf(error)}: ${messageOf(cause)}` : messageOf(error);
}

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0;
