import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { downloadPath } from "../../lib/datasets/cached.js";
import { downloadCifar } from "../../lib/datasets/download.js";
import { useTemporaryFolder } from "./temporary.js";
import { contents, tinyArchives } from "./tiny-cifar.js";

vi.mock("../../lib/datasets/cifar-archives.js", async () =>
  (await import("./tiny-cifar.js")).mockedArchives(),
);

const { archive } = tinyArchives[0];
const whole = contents.get(archive.name)!;
useTemporaryFolder();

/** What the server does with each request in turn; the last one stays. */
type Answer = (request: IncomingMessage, response: ServerResponse, from: number) => void;

const send = (bytes: Buffer, { cutAfter = Number.POSITIVE_INFINITY, ranges = true } = {}): Answer => {
  return (_, response, asked) => {
    const from = ranges ? asked : 0;
    const rest = bytes.subarray(from);
    const headers = {
      "content-length": rest.length,
      ...(from > 0 && { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    };
    response.writeHead(from > 0 ? 206 : 200, headers);
    if (rest.length <= cutAfter) return void response.end(rest);
    // The receiver may drop what it has not handed on yet when the connection ends.
    response.write(rest.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 100));
  };
};
const refuse =
  (status: number): Answer =>
  (_, response) =>
    void response.writeHead(status).end();

let answers: Answer[] = [];
let asked: (string | undefined)[] = [];
const server = createServer((request, response) => {
  asked.push(request.headers.range);
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
  answer(request, response, from);
});

beforeEach(async () => {
  asked = [];
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const download = (options: Parameters<typeof downloadCifar>[1] = {}) => {
  const { port } = server.address() as AddressInfo;
  return downloadCifar("cifar10", { baseUrl: `http://127.0.0.1:${port}/kriz`, pauseMs: 1, ...options });
};
const part = () => `${downloadPath(archive.name)}.part`;

describe("download of the official archive", () => {
  test("brings the published bytes and tells how far it is", async () => {
    answers = [send(whole)];
    const seen: number[] = [];
    const path = await download({ onProgress: ({ done }) => seen.push(done) });
    expect(readFileSync(path).equals(whole)).toBe(true);
    expect(seen.at(-1)).toBe(whole.length);
    expect(existsSync(part())).toBe(false);
  });

  test("goes on where a cut connection left it, within a call and from an earlier one", async () => {
    mkdirSync(dirname(part()), { recursive: true });
    writeFileSync(part(), whole.subarray(0, 500));
    answers = [send(whole, { cutAfter: 300 }), refuse(503), send(whole)];
    const path = await download();
    expect(asked).toEqual(["bytes=500-", "bytes=800-", "bytes=800-"]);
    expect(readFileSync(path).equals(whole)).toBe(true);
  });

  test("starts over where the server cannot continue", async () => {
    mkdirSync(dirname(part()), { recursive: true });
    writeFileSync(part(), "not the beginning of the file");
    answers = [send(whole, { ranges: false })];
    expect(readFileSync(await download()).equals(whole)).toBe(true);
  });

  test("removes a file with another checksum and says so", async () => {
    const altered = Buffer.from(whole);
    altered[1000]! ^= 1;
    answers = [send(altered)];
    await expect(download()).rejects.toThrow(new RegExp(`its MD5 is .*, expected ${archive.md5}`));
    expect(existsSync(part())).toBe(false);
    answers = [send(whole)];
    await expect(download()).resolves.toBe(downloadPath(archive.name));
  });

  test("stops at the published size", async () => {
    answers = [send(Buffer.concat([whole, Buffer.alloc(1 << 20)]))];
    await expect(download()).rejects.toThrow(/longer than the published/);
  });

  test("a missing file is told at once; an unreachable server after some attempts, what came being kept", async () => {
    answers = [refuse(404)];
    await expect(download()).rejects.toThrow(/the server answered 404.*FILTER_SPARSITY_CIFAR_URL/);
    expect(asked).toHaveLength(1);
    answers = [send(whole, { cutAfter: 200 }), refuse(500)];
    await expect(download({ attempts: 3 })).rejects.toThrow(
      /answered 500.*200 of \d+ bytes are kept.*--from FILE/,
    );
    expect(readFileSync(part())).toHaveLength(200);
  });

  test("a silent server counts as cut", async () => {
    answers = [() => {}];
    await expect(download({ attempts: 1, silenceMs: 50 })).rejects.toThrow(/silent/);
  });

  test("a second download at the same time is refused, an abort ends one", async () => {
    answers = [() => {}];
    const abort = new AbortController();
    const first = download({ signal: abort.signal });
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    await expect(download()).rejects.toThrow(/Another process is downloading/);
    abort.abort();
    await expect(first).rejects.toThrow(/abort/i);
  });
});
