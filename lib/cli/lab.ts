import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import { UsageError, UserError } from "../errors.js";
import { listNotebooks, resolveNotebooks } from "../notebook/notebooks.js";
import { projectRoot } from "../paths.js";
import { ensurePython, jupyterEnvironment } from "./python.js";

const host = "127.0.0.1";

interface LabOptions {
  port?: number;
  browser: boolean;
  setup?: boolean;
}

export function register(program: Command): void {
  program
    .command("lab")
    .summary("open the notebooks in JupyterLab")
    .description(
      "Open JupyterLab on this machine only, behind a token, on the given notebook (the first by default).",
    )
    .argument("[notebook]", 'by number or name, e.g. "01"')
    .option("--port <number>", "port to listen on (default: 8888, or a free one)", parsePort)
    .option("--no-browser", "print the address only")
    .option("--setup", "only install Jupyter into .venv, if it is not there")
    .action(openLab);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw new InvalidArgumentError("Expected a port from 1 to 65535.");
}

async function openLab(
  notebook: string | undefined,
  { port: wanted, browser, setup }: LabOptions,
): Promise<void> {
  if (setup) {
    console.log(`JupyterLab is ready in ${await ensurePython({ print: console.log })}`);
    return;
  }
  const [path] = notebook === undefined ? listNotebooks() : resolveNotebooks([notebook]);
  if (path && relative(projectRoot, path).startsWith(".."))
    throw new UsageError(
      `${path} is outside of ${projectRoot}, which JupyterLab serves. Expected a notebook inside.`,
    );
  const python = await ensurePython({ print: console.log });
  const port = await choosePort(wanted);
  const token = randomBytes(24).toString("hex");
  const page = path ? `/lab/tree/${relative(projectRoot, path).split("\\").join("/")}` : "/lab";
  const server = spawn(python, labArguments({ port, page, browser }), {
    cwd: projectRoot,
    // Arguments can be read by other users of the machine; the environment cannot.
    env: { ...jupyterEnvironment(), JUPYTER_TOKEN: token },
    stdio: "inherit",
    // Out of reach of the terminal's Ctrl-C, which is passed on below, once.
    detached: process.platform !== "win32",
  });
  const ended = new Promise<number>((resolve, reject) => {
    server.on("error", reject);
    server.on("close", (code) => resolve(code ?? 0));
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => server.kill("SIGTERM"));
  if (await Promise.race([ended.then(() => false), answers(port, token)]))
    console.log(
      `\nJupyterLab: http://${host}:${port}${page}?token=${token}\nCtrl-C ends it, and every notebook's kernel.\n`,
    );
  const code = await ended;
  if (code !== 0) throw new UserError(`JupyterLab ended with code ${code}; its last lines above say why.`);
}

interface ServerOptions {
  port: number;
  /** Path of the page to open. */
  page: string;
  browser: boolean;
}

/** Arguments of Python that start JupyterLab on the loopback interface only. */
export function labArguments({ port, page, browser }: ServerOptions): string[] {
  return [
    "-m",
    "jupyterlab",
    `--ServerApp.ip=${host}`,
    `--ServerApp.port=${port}`,
    "--ServerApp.port_retries=0",
    `--ServerApp.root_dir=${projectRoot}`,
    `--ServerApp.default_url=${page}`,
    "--Application.log_level=WARN",
    ...(browser ? [] : ["--no-browser"]),
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  ];
}

async function choosePort(wanted: number | undefined): Promise<number> {
  const free = (port: number) =>
    new Promise<number | undefined>((resolve) => {
      const server = createServer();
      server.on("error", () => resolve(undefined));
      server.listen(port, host, () => {
        const address = server.address();
        server.close(() => resolve(typeof address === "object" ? address?.port : undefined));
      });
    });
  const port = (await free(wanted ?? 8888)) ?? (wanted === undefined ? await free(0) : undefined);
  if (port !== undefined) return port;
  throw new UserError(
    `Port ${wanted} is taken. Give another with --port, or leave the option out for a free one.`,
  );
}

async function answers(port: number, token: string): Promise<boolean> {
  for (;;) {
    const response = await fetch(`http://${host}:${port}/api/status?token=${token}`).catch(() => undefined);
    if (response?.ok) return true;
    await sleep(200);
  }
}
