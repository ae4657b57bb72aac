import { setTimeout as sleep } from "node:timers/promises";
import type { ZmqServer } from "tslab/dist/jupyter.js";
import { codePointsOf, unitsOf } from "./code-points.js";
import { faultOf, isRequest, readContent, replyType } from "./requests.js";
import type { CellOutcome, Session } from "./session.js";
import { StreamBuffer } from "./streams.js";
import { isCompleteCode, jupyter, type Message, readFrames, type Socket, sendReply } from "./tslab.js";

/** Time for the requests that a client queued behind a failed or interrupted cell to be read, ms. */
const readQueued = 20;

export interface KernelServer extends ZmqServer {
  /** Ends the running cell and drops those queued behind it. */
  interrupt(): void;
  /** Called with each message that a cell publishes, and as cells begin and end. */
  onActivity: (cell: number | undefined) => void;
}

/**
 * The kernel's side of the Jupyter protocol, on tslab's sockets and messages. Added to tslab's: `execute_input`,
 * `execute_result` and `error` messages, a queue that stops behind a failed cell, and an answer to every signed request,
 * an error where its content is not what the protocol asks. `beforeCell` may throw to fail a cell before it runs.
 */
export function createServer(
  session: Session,
  connectionFile: string,
  { beforeCell = () => {} }: { beforeCell?: () => void } = {},
): KernelServer {
  class Server extends jupyter.ZmqServer implements KernelServer {
    #parent: Message | undefined;
    #queue: Promise<unknown> = Promise.resolve();
    #failures = 0;
    #cell: number | undefined;
    readonly #streams = new StreamBuffer((name, text) => this.#send("stream", { name, text }));
    onActivity: (cell: number | undefined) => void = () => {};

    #send(type: string, content: object): void {
      this.onActivity(this.#cell);
      if (this.#parent) sendReply(this.connInfo.key, this.iopub, this.#parent, { type, content });
    }

    #publish(type: string, content: object): void {
      this.#streams.flush();
      this.#send(type, content);
    }

    #reply(socket: Socket, message: Message, content: object): void {
      const type = message.header.msg_type;
      if (isRequest(type)) sendReply(this.connInfo.key, socket, message, { type: replyType(type), content });
    }

    override publishStatus(status: string, parent: Message): void {
      this.#streams.flush();
      const content = { execution_state: status };
      sendReply(this.connInfo.key, this.iopub, parent, { type: "status", content });
    }

    override async handleShellMessage(socket: Socket, ...frames: Buffer[]): Promise<void> {
      const message = readFrames(this.connInfo.key, frames);
      if (message && isRequest(message.type)) await super.handleShellMessage(socket, ...frames);
    }

    override handleKernelInfo(socket: Socket, message: Message): void {
      this.#reply(socket, message, kernelInfo(session.typescriptVersion));
    }

    override async handleExecute(socket: Socket, message: Message): Promise<void> {
      const failures = this.#failures;
      const turn = this.#queue.then(() => this.#run(message, failures !== this.#failures));
      this.#queue = turn.catch(() => {});
      try {
        this.#reply(socket, message, await turn);
      } catch (error) {
        this.#reply(socket, message, { status: "error", ...session.describe(error) });
      }
    }

    async #run(message: Message, behindFailure: boolean): Promise<object> {
      const fault = faultOf("execute_request", message.content);
      if (fault) return badRequest(fault);
      const { code, silent, stop_on_error } = readContent("execute_request", message.content);
      if (behindFailure && stop_on_error) return { status: "aborted" };
      this.#streams.flush();
      this.#parent = message;
      jupyter.lastWriteDisplayData = (content: object, update: boolean) =>
        this.#publish(update ? "update_display_data" : "display_data", content);
      this.#streams.capture();
      this.#cell = session.nextCount;
      if (!silent) this.#publish("execute_input", { code, execution_count: session.nextCount });
      const outcome = await this.#execute(code, silent);
      if (!silent) this.#publishOutcome(outcome);
      this.#cell = undefined;
      this.onActivity(undefined);
      if (outcome.status === "error") {
        await sleep(readQueued);
        this.#failures++;
      }
      const { status, count } = outcome;
      return status === "ok"
        ? { status, execution_count: count, user_expressions: {}, payload: [] }
        : { status, execution_count: count, ...outcome.error };
    }

    async #execute(code: string, silent: boolean): Promise<CellOutcome> {
      const count = session.nextCount;
      try {
        beforeCell();
      } catch (error) {
        return { status: "error", count, error: session.describe(error) };
      }
      return session.execute(code, { counts: !silent });
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
          data: outcome.result,
          metadata: {},
          execution_count: outcome.count,
        });
    }

    override handleIsComplete(socket: Socket, message: Message): void {
      this.#answer(socket, message, () => {
        const { completed, indent } = isCompleteCode(
          readContent("is_complete_request", message.content).code,
        );
        return completed ? { status: "complete" } : { status: "incomplete", indent: indent ?? "" };
      });
    }

    override handleInspect(socket: Socket, message: Message): void {
      this.#answer(socket, message, () => {
        const { code, cursor_pos } = readContent("inspect_request", message.content);
        const text = session.inspect(code, unitsOf(code, cursor_pos));
        return { status: "ok", found: Boolean(text), data: text ? { "text/plain": text } : {}, metadata: {} };
      });
    }

    override handleComplete(socket: Socket, message: Message): void {
      this.#answer(socket, message, () => {
        const { code, cursor_pos } = readContent("complete_request", message.content);
        const { start, end, candidates } = session.complete(code, unitsOf(code, cursor_pos));
        return {
          status: "ok",
          matches: candidates,
          cursor_start: codePointsOf(code, start),
          cursor_end: codePointsOf(code, end),
          metadata: {},
        };
      });
    }

    override handleCommInfoRequest(socket: Socket, message: Message): void {
      this.#reply(socket, message, { status: "ok", comms: {} });
    }

    override handleShutdown(socket: Socket, message: Message): void {
      this.#answer(socket, message, () => ({
        status: "ok",
        ...readContent("shutdown_request", message.content),
      }));
    }

    #answer(socket: Socket, message: Message, content: () => object): void {
      const type = message.header.msg_type;
      if (!isRequest(type)) return;
      const fault = faultOf(type, message.content);
      this.#reply(socket, message, fault ? badRequest(fault) : content());
    }

    override close(): void {
      super.close();
      // Training or an open browser would keep the process alive; the last replies need a moment to leave.
      setTimeout(() => process.exit(0), 200);
    }
  }

  // What tslab would ask its handler for is answered above.
  const unused = () => {
    throw new Error("requests are answered by the server itself");
  };
  return new Server(
    {
      handleKernel: unused,
      handleExecute: unused,
      handleIsComplete: unused,
      handleInspect: unused,
      handleComplete: unused,
      handleShutdown: unused,
      close: () => session.close(),
    },
    connectionFile,
  );
}

const badRequest = (evalue: string) => ({
  status: "error",
  ename: "BadRequest",
  evalue,
  traceback: [`BadRequest: ${evalue}`],
});

const kernelInfo = (version: string) => ({
  status: "ok",
  protocol_version: "5.3",
  implementation: "filter-sparsity",
  implementation_version: "1.0.0",
  banner: "TypeScript (filter-sparsity)",
  language_info: {
    name: "typescript",
    version,
    mimetype: "text/typescript",
    file_extension: ".ts",
    // Jupyter's front ends pick the highlighting by these three together.
    codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
  },
});
