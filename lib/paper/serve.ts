import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import send from "send";
import { UserError } from "../errors.js";

/** This machine only. */
const loopback = "127.0.0.1";

export interface ServeOptions {
  /** Address to listen at. Default: this machine's own. In a container `0.0.0.0`, where its port is published. */
  host?: string;
  /** Default: 8000, or a free one where that is taken. 0: a free one. */
  port?: number;
}

/**
 * Serves a folder to this machine. Files are read at each request, so that a rebuilt site shows after a reload; one that
 * goes away under a request ends that request and nothing else. Throws `UserError` where a port that was asked for is
 * taken.
 */
export async function serveFolder(
  folder: string,
  { host = loopback, port }: ServeOptions = {},
): Promise<{ address: string; server: Server }> {
  const server = createServer((request, response) => answer(folder, request, response));
  await listen(server, { host, port });
  return { address: `http://${loopback}:${(server.address() as AddressInfo).port}/`, server };
}

function answer(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const refuse = (status: number, why: string) => {
    // Half of a file is sent: only a cut connection says that the rest does not come.
    if (response.headersSent) response.destroy();
    else response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(why);
  };
  // A page elsewhere could reach this server under a name that it points here.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? "")) {
    refuse(403, "Only this machine is served.");
    return;
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    refuse(405, "Only reading is possible here.");
    return;
  }
  const [path = ""] = (request.url ?? "").split(/[?#]/);
  response.setHeader("X-Content-Type-Options", "nosniff");
  send(request, path, { root: folder, dotfiles: "ignore", extensions: ["html"], cacheControl: false })
    .on("error", ({ status = 500 }: { status?: number }) =>
      refuse(status, status === 404 ? "There is no such page." : "This cannot be served."),
    )
    .pipe(response);
}

async function listen(
  server: Server,
  { host, port }: { host: string; port: number | undefined },
): Promise<void> {
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
