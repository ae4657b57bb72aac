import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import sirv from "sirv";
import { UserError } from "../errors.js";

/** This machine only. */
const host = "127.0.0.1";

export interface ServeOptions {
  /** Default: 8000, or a free one where that is taken. 0: a free one. */
  port?: number;
}

/** Serves a folder to this machine. Throws `UserError` where a port that was asked for is taken. */
export async function serveFolder(
  folder: string,
  { port }: ServeOptions = {},
): Promise<{ address: string; server: Server }> {
  // Read from disk at each request, so that a rebuilt site shows after a reload.
  const files = sirv(folder, { dev: true, etag: true });
  const missing = (response: ServerResponse) => {
    response.writeHead(404).end("There is no such page.");
  };
  const server = createServer((request, response) => {
    // A page elsewhere could reach this server under a name that it points here.
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? "")) {
      response.writeHead(403).end("Only this machine is served.");
      return;
    }
    if (/\/(\.|%2e)/i.test(request.url ?? "")) missing(response);
    else files(request, response, () => missing(response));
  });
  await listen(server, port);
  return { address: `http://${host}:${(server.address() as AddressInfo).port}/`, server };
}

async function listen(server: Server, port: number | undefined): Promise<void> {
  const attempt = (number: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(number, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  try {
    await attempt(port ?? 8000);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    if (port !== undefined)
      throw new UserError(`Port ${port} cannot be used (${code}). Choose another with --port.`, {
        cause: error,
      });
    await attempt(0);
  }
}
