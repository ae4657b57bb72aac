import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as Zeromq from "zeromq";
import { projectRoot } from "../../lib/paths.js";

const require = createRequire(createRequire(import.meta.url).resolve("tslab/dist/jupyter.js"));
const delimiter = "<IDS|MSG>";

export interface KernelMessage {
  type: string;
  content: Record<string, unknown>;
}

/** A bare client of the Jupyter protocol, which starts the kernel by its kernelspec as Jupyter does. */
export class KernelClient {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #key = randomUUID();
  readonly #shell: Zeromq.Dealer;
  readonly #control: Zeromq.Dealer;
  readonly #iopub: Zeromq.Subscriber;
  readonly #published: { parent: string; message: KernelMessage }[] = [];
  readonly #asked = new Map<string, (reply: KernelMessage) => void>();
  readonly #waiting = new Set<() => void>();
  /** Exit code once the process has ended. */
  readonly ended: Promise<number | null>;

  static async start(): Promise<KernelClient> {
    const ports = await Promise.all(Array.from({ length: 5 }, freePort));
    const client = new KernelClient(ports);
    // A subscription takes a moment; until it holds, what the kernel publishes is lost.
    while (client.#published.length === 0) await client.request("kernel_info_request", {});
    return client;
  }

  private constructor([shell, iopub, stdin, control, hb]: number[]) {
    this.#folder = mkdtempSync(join(tmpdir(), "kernel-client-"));
    const connectionFile = join(this.#folder, "connection.json");
    const ports = {
      shell_port: shell,
      iopub_port: iopub,
      stdin_port: stdin,
      control_port: control,
      hb_port: hb,
    };
    const common = { ip: "127.0.0.1", transport: "tcp", signature_scheme: "hmac-sha256", key: this.#key };
    writeFileSync(connectionFile, JSON.stringify({ ...common, ...ports }));
    const resources = join(projectRoot, "lib", "notebook", "kernels", "filter-sparsity");
    const { argv } = JSON.parse(readFileSync(join(resources, "kernel.json"), "utf8")) as { argv: string[] };
    const [, ...args] = argv.map((word) =>
      word.replace("{resource_dir}", resources).replace("{connection_file}", connectionFile),
    );
    // Jupyter starts kernels in the notebook's folder.
    this.#process = spawn(process.execPath, args, { cwd: join(projectRoot, "notebooks"), stdio: "inherit" });
    this.ended = new Promise((resolve) => this.#process.on("exit", resolve));
    const zeromq = require("zeromq") as typeof Zeromq;
    this.#shell = new zeromq.Dealer();
    this.#control = new zeromq.Dealer();
    this.#iopub = new zeromq.Subscriber();
    this.#shell.connect(`tcp://127.0.0.1:${shell}`);
    this.#control.connect(`tcp://127.0.0.1:${control}`);
    this.#iopub.connect(`tcp://127.0.0.1:${iopub}`);
    this.#iopub.subscribe();
    void this.#listen();
    void this.#answer(this.#shell);
    void this.#answer(this.#control);
  }

  /** Runs a cell: its reply and all it published, in order. `onDisplay` is called when it first shows something. */
  async execute(
    code: string,
    { onDisplay }: { onDisplay?: () => void } = {},
  ): Promise<{ reply: KernelMessage; outputs: KernelMessage[] }> {
    const request = { code, silent: false, store_history: true, user_expressions: {} };
    const id = randomUUID();
    const own = () => this.#published.filter(({ parent }) => parent === id).map(({ message }) => message);
    const until = async (found: (message: KernelMessage) => boolean) => {
      while (!own().some(found)) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    };
    if (onDisplay) void until(({ type }) => type === "display_data").then(onDisplay);
    const reply = await this.#ask(this.#shell, "execute_request", request, id);
    await until(({ type, content }) => type === "status" && content.execution_state === "idle");
    return { reply, outputs: own().filter(({ type }) => type !== "status") };
  }

  async request(type: string, content: object): Promise<KernelMessage> {
    return this.#ask(this.#shell, type, content);
  }

  /** Sends what is no message, perhaps. */
  async sendFrames(frames: string[]): Promise<void> {
    await this.#shell.send(frames.length > 0 ? frames : [""]);
  }

  interrupt(): void {
    this.#process.kill("SIGINT");
  }

  /** Asks the kernel to end, as Jupyter does, and gives its exit code. */
  async shutDown(): Promise<number | null> {
    await this.#ask(this.#control, "shutdown_request", { restart: false });
    const code = await this.ended;
    this.dispose();
    return code;
  }

  dispose(): void {
    this.#process.kill("SIGKILL");
    for (const socket of [this.#shell, this.#control, this.#iopub]) socket.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #ask(
    socket: Zeromq.Dealer,
    type: string,
    content: object,
    id: string = randomUUID(),
  ): Promise<KernelMessage> {
    const header = {
      msg_id: id,
      msg_type: type,
      session: "test",
      username: "test",
      version: "5.3",
      date: "",
    };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    const hash = createHmac("sha256", this.#key);
    for (const part of parts) hash.update(part);
    await socket.send([delimiter, hash.digest("hex"), ...parts]);
    return new Promise((resolve) => this.#asked.set(id, resolve));
  }

  async #answer(socket: Zeromq.Dealer): Promise<void> {
    for await (const frames of socket) {
      const { parent, message } = parse(frames);
      this.#asked.get(parent)?.(message);
    }
  }

  async #listen(): Promise<void> {
    for await (const frames of this.#iopub) {
      this.#published.push(parse(frames));
      for (const look of this.#waiting) look();
      this.#waiting.clear();
    }
  }
}

function parse(frames: Buffer[]): { parent: string; message: KernelMessage } {
  const start = frames.findIndex((frame) => frame.toString() === delimiter) + 2;
  const [header, parent, , content] = frames.slice(start).map((frame) => JSON.parse(frame.toString()));
  return { parent: parent.msg_id, message: { type: header.msg_type, content } };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
