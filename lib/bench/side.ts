import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { UserError } from "../errors.js";
import { environmentWith } from "../settings.js";
import type { Answer, Request } from "./protocol.js";

export interface BenchProcessOptions {
  /** For messages. */
  name: string;
  command: string;
  args: string[];
  environment: Record<string, string>;
  /** An open file that takes its stderr; default: the last of it is kept for messages. */
  stderr?: number;
}

/** A process that answers requests with step times: ours or a peer. */
export class BenchProcess {
  private readonly name: string;
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private lastWords = "";

  constructor({ name, command, args, environment, stderr }: BenchProcessOptions) {
    this.name = name;
    this.child = spawn(command, args, {
      env: environmentWith(environment),
      stdio: ["pipe", "pipe", stderr ?? "pipe"],
    });
    this.child.stderr?.on("data", (text: Buffer) => {
      this.lastWords = (this.lastWords + text.toString()).slice(-2000);
    });
    // A process that is not there or dies shows itself by the end of its lines.
    this.child.on("error", ({ message }) => {
      this.lastWords = message;
    });
    this.child.stdin!.on("error", () => {});
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  /** What the process says of itself when it is ready. Throws `UserError` where it cannot start. */
  ready(): Promise<Record<string, unknown>> {
    return this.message("start");
  }

  /** Throws `UserError` where the process cannot do it. */
  async ask(request: Request): Promise<Answer> {
    this.child.stdin!.write(`${JSON.stringify(request)}\n`);
    return (await this.message("do this")) as unknown as Answer;
  }

  close(): void {
    this.child.stdin!.end();
    this.child.kill();
  }

  private async message(asked: string): Promise<Record<string, unknown>> {
    const { value, done } = await this.lines.next();
    if (done)
      throw new UserError(`${this.name} ended: ${this.lastWords.trim().split("\n").at(-1) || "no word"}`);
    const message: Record<string, unknown> = JSON.parse(value);
    if (message.error !== undefined) throw new UserError(`${this.name} cannot ${asked}: ${message.error}`);
    return message;
  }
}
