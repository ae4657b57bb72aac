import { setTimeout as sleep } from "node:timers/promises";
import type { JupyterHandlerImpl, ZmqServer } from "tslab/dist/jupyter.js";
import { tslabRequire } from "./compiler.js";
import { queued } from "./send-queue.js";
import type { CellOutcome, Session } from "./session.js";
import { StreamBuffer } from "./streams.js";

type Handler = ZmqServer["handler"];
type Message = Parameters<ZmqServer["handleExecute"]>[1];
type Socket = Parameters<ZmqServer["handleCommInfoRequest"]>[0];
type ExecuteRequest = Parameters<JupyterHandlerImpl["handleExecute"]>[0];

/** Message types that a kernel answers; any other is ignored, as the protocol asks. */
const answered = new Set([
  "kernel_info_request",
  "execute_request",
  "is_complete_request",
  "inspect_request",
  "complete_request",
  "comm_info_request",
  "shutdown_request",
]);

/** Time for the requests that a client queued behind a failed or interrupted cell to be read, ms. */
const readQueued = 20;

export interface InterruptibleServer extends ZmqServer {
  /** Ends the running cell and drops those queued behind it. */
  interrupt(): void;
}

/**
 * The kernel's side of the Jupyter protocol, on tslab's sockets and messages. Added to tslab's: `execute_input`,
 * `execute_result` and `error` messages, and a queue that stops behind a failed cell.
 */
export function createServer(session: Session, connectionFile: string): InterruptibleServer {
  const jupyter = tslabRequire("./jupyter.js") as typeof import("tslab/dist/jupyter.js") & {
    lastWriteDisplayData: unknown;
  };
  const { isCompleteCode } = tslabRequire("./converter.js") as typeof import("tslab/dist/converter.js");

  class KernelServer extends jupyter.ZmqServer {
    #parent: Message | undefined;
    #queue: Promise<unknown> = Promise.resolve();
    #failures = 0;
    readonly #streams = new StreamBuffer((name, text) => this.#send("stream", { name, text }));

    #send(type: string, content: object): void {
      const message = this.#parent?.createReply();
      if (!message) return;
      message.header.msg_type = type;
      message.content = content;
      message.signAndSend(this.connInfo.key, queued(this.iopub));
    }

    #publish(type: string, content: object): void {
      this.#streams.flush();
      this.#send(type, content);
    }

    override publishStatus(status: string, parent: Message): void {
      this.#streams.flush();
      const message = parent.createReply();
      message.header.msg_type = "status";
      message.content = { execution_state: status };
      message.signAndSend(this.connInfo.key, queued(this.iopub));
    }

    override async handleShellMessage(socket: Socket, ...frames: Buffer[]): Promise<void> {
      const header = frames[frames.findIndex((frame) => frame.equals(Buffer.from("<IDS|MSG>"))) + 2];
      const type = header && JSON.parse(header.toString()).msg_type;
      if (answered.has(type)) await super.handleShellMessage(queued(socket), ...frames);
    }

    override async handleExecute(socket: Socket, message: Message): Promise<void> {
      const failures = this.#failures;
      const turn = this.#queue.then(() => this.#run(message, failures !== this.#failures));
      this.#queue = turn;
      const reply = message.createReply();
      reply.header.msg_type = "execute_reply";
      reply.content = await turn;
      reply.signAndSend(this.connInfo.key, socket);
    }

    async #run(message: Message, behindFailure: boolean): Promise<object> {
      const { code, silent, stop_on_error = true } = message.content as ExecuteRequest;
      if (behindFailure && stop_on_error) return { status: "aborted" };
      this.#streams.flush();
      this.#parent = message;
      jupyter.lastWriteDisplayData = (content: object, update: boolean) =>
        this.#publish(update ? "update_display_data" : "display_data", content);
      this.#streams.capture();
      if (!silent) this.#publish("execute_input", { code, execution_count: session.nextCount });
      const outcome = await session.execute(code, { counts: !silent });
      if (!silent) this.#publishOutcome(outcome);
      if (outcome.status === "error") {
        await sleep(readQueued);
        this.#failures++;
      }
      const { status, count } = outcome;
      return status === "ok"
        ? { status, execution_count: count, user_expressions: {}, payload: [] }
        : { status, execution_count: count, ...outcome.error };
    }

    interrupt(): void {
      const stop = () => {
        this.#failures++;
        session.interrupt();
      };
      stop();
      // The signal may have been delivered before the requests that were sent ahead of it.
      setTimeout(stop, readQueued);
    }

    #publishOutcome(outcome: CellOutcome): void {
      if (outcome.status === "error") this.#publish("error", outcome.error);
      else if (outcome.result !== undefined)
        this.#publish("execute_result", {
          data: { "text/plain": outcome.result },
          metadata: {},
          execution_count: outcome.count,
        });
    }

    override handleCommInfoRequest(socket: Socket, message: Message): void {
      const reply = message.createReply();
      reply.header.msg_type = "comm_info_reply";
      reply.content = { status: "ok", comms: {} };
      reply.signAndSend(this.connInfo.key, socket);
    }

    override handleShutdown(socket: Socket, message: Message): void {
      const reply = message.createReply();
      reply.header.msg_type = "shutdown_reply";
      reply.content = { status: "ok", ...message.content };
      reply.signAndSend(this.connInfo.key, socket);
    }

    override close(): void {
      super.close();
      // Training or an open browser would keep the process alive; the last replies need a moment to leave.
      setTimeout(() => process.exit(0), 200);
    }
  }

  const handler: Handler = {
    handleKernel: () => kernelInfo,
    handleExecute: () => Promise.reject(new Error("cells run through the server's own queue")),
    handleIsComplete({ code }) {
      const { completed, indent } = isCompleteCode(code);
      return completed ? { status: "complete" } : { status: "incomplete", indent: indent ?? "" };
    },
    handleInspect({ code, cursor_pos }) {
      const text = session.inspect(code, cursor_pos);
      return { status: "ok", found: Boolean(text), data: textBundle(text), metadata: {} };
    },
    handleComplete({ code, cursor_pos }) {
      const { start, end, candidates } = session.complete(code, cursor_pos);
      return { status: "ok", matches: candidates, cursor_start: start, cursor_end: end, metadata: {} };
    },
    handleShutdown: (request) => request,
    close: () => session.close(),
  };
  const kernelInfo = {
    status: "ok",
    protocol_version: "5.3",
    implementation: "filter-sparsity",
    implementation_version: "1.0.0",
    banner: "TypeScript (filter-sparsity)",
    language_info: {
      name: "typescript",
      version: session.typescriptVersion,
      mimetype: "text/typescript",
      file_extension: ".ts",
      // Jupyter's front ends pick the highlighting by these three together.
      codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
    },
  };
  return new KernelServer(handler, connectionFile);
}

const textBundle = (text: string | undefined): Record<string, string> => (text ? { "text/plain": text } : {});
