import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveFolder } from "../../lib/paper/serve.js";

const folder = mkdtempSync(join(tmpdir(), "paper-serve-"));
const site = join(folder, "site");
let address: string;
let server: Server;

/** A site with a page and a file larger than a socket's buffer. */
function write(to: string): void {
  mkdirSync(join(to, "assets"), { recursive: true });
  writeFileSync(join(to, "index.html"), "page");
  writeFileSync(join(to, "large.csv"), "1,2\n".repeat(2_000_000));
  writeFileSync(join(to, ".hidden"), "hidden");
}

beforeAll(async () => {
  write(site);
  writeFileSync(join(folder, "secret.txt"), "secret");
  ({ address, server } = await serveFolder(site, { port: 0 }));
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

/** What the server answers to bytes as they are, until it or `close` ends the connection. */
function sent(text: string, { close = false } = {}): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(Number(new URL(address).port), "127.0.0.1", () => socket.write(text, "latin1"));
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on("data", (data) => {
      answer += data.toString("latin1").slice(0, 2_000);
      if (close) socket.destroy();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
  });
}

const request = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  `${method} ${path} HTTP/1.1\r\n${Object.entries({ Host: "localhost", Connection: "close", ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;
const status = async (text: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(await sent(text))?.[1]);
const isAlive = async () => expect(await status(request("/"))).toBe(200);

test("only this machine is served, only to read, and nothing outside of the folder", async () => {
  await isAlive();
  expect(await status(request("/index"))).toBe(200);
  for (const path of [
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/..%5c..%5csecret.txt",
  ])
    expect(await sent(request(path)), path).not.toContain("secret");
  expect(await status(request("/.hidden"))).toBe(404);
  expect(await status(request("/%2ehidden"))).toBe(404);
  expect(await status(request("/", { Host: "evil.example" }))).toBe(403);
  expect(await status(request("/", {}, "POST"))).toBe(405);
  await expect(serveFolder(site, { port: Number(new URL(address).port) })).rejects.toThrow(/--port/);
});

test("a range is a part, or a refusal, and never the end of the server", async () => {
  const range = (value: string) => sent(request("/index.html", { Range: value }));
  expect(await range("bytes=1-2")).toMatch(/^HTTP\/1\.1 206[\s\S]*\r\n\r\nag$/);
  expect(await range("bytes=-2")).toMatch(/\r\n\r\nge$/);
  // A last byte beyond the file's end means its end.
  expect(await range("bytes=1-99999999999999999999")).toMatch(/^HTTP\/1\.1 206[\s\S]*\r\n\r\nage$/);
  for (const beyond of ["bytes=9-", "bytes=99999999999999999999-"])
    expect(await range(beyond), beyond).toMatch(/^HTTP\/1\.1 416/);
  for (const odd of [
    "bytes=5-2",
    "bytes=-",
    "bytes=a-b",
    "bytes=0-0,2-2",
    "bytes=--5",
    "lines=1-2",
    "bytes=-0",
  ])
    expect(await range(odd), odd).toMatch(/^HTTP\/1\.1 (200|206|416)/);
  await isAlive();
});

test("no request ends it", async () => {
  const hostile = [
    ...["GET", "/", "\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01"],
    ...[
      "//",
      "/%",
      "/%ff",
      "/%00",
      "/%c0%ae%c0%ae/",
      "/\\..\\",
      `/${"a".repeat(9_000)}`,
      "*",
      "http://[::1",
    ].map((path) => request(path)),
    request("/", { "If-Modified-Since": "never", "If-None-Match": "*".repeat(2_000), "If-Range": '"' }),
    request("/large.csv", { Range: `bytes=${Array.from({ length: 500 }, (_, i) => `${i}-`).join(",")}` }),
    request("/", { "Transfer-Encoding": "chunked", "Content-Length": "-1" }, "HEAD"),
  ];
  for (const text of hostile) await sent(text, { close: true });
  await isAlive();
  const range = fc.string({ unit: fc.constantFrom(..."0123456789-,= bytes") }).map((end) => `bytes=${end}`);
  const path = fc
    .string({ unit: fc.constantFrom(..."/.%\\aef025:?#~"), maxLength: 20 })
    .map((end) => `/${end}`);
  await fc.assert(
    fc.asyncProperty(path, range, async (where, value) => {
      expect(await status(request(where, { Range: value }))).toBeLessThan(500);
    }),
    { numRuns: 100 },
  );
  await isAlive();
});

test("no rebuild ends it: files go away while they are sent, and so does the folder", async () => {
  for (let build = 0; build < 10; build++) {
    const aside = `${site}-${build}`;
    write(aside);
    const asked = ["/large.csv", "/", "/large.csv", "/assets", "/none"].map((path) =>
      sent(request(path), { close: path === "/large.csv" && build % 2 === 0 }),
    );
    if (build % 3 === 0) rmSync(join(site, "large.csv"));
    renameSync(site, `${aside}-old`);
    renameSync(aside, site);
    rmSync(`${aside}-old`, { recursive: true });
    await Promise.all(asked);
  }
  rmSync(site, { recursive: true });
  expect(await status(request("/"))).toBe(404);
  write(site);
  await isAlive();
});

test("in a container it can listen on all addresses, and is still asked for as this machine alone", async () => {
  const open = await serveFolder(site, { host: "0.0.0.0", port: 0 });
  try {
    expect(open.server.address()).toMatchObject({ address: "0.0.0.0" });
    expect(open.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await (await fetch(open.address)).text()).toBe("page");
  } finally {
    open.server.close();
    open.server.closeAllConnections();
  }
});
