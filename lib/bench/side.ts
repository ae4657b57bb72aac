import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { UserError } from "../errors.js";
import type { Work } from "./work.js";

type Answer = { millisecondsPerStep: number[]; loss: number; error?: string };

/** A process that answers work with step times: ours or the peer. */
export class BenchProcess {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private stderr = "";

  constructor(
    private readonly name: string,
    command: string,
    args: string[],
    environment: Record<string, string>,
  ) {
    this.child = spawn(command, args, {
      env: { ...process.env, ...environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.child.stderr?.on("data", (text: Buffer) => {
      this.stderr = (this.stderr + text.toString()).slice(-2000);
    });
    this.child.on("error", () => {});
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  /** What the process says of itself when it is ready. Throws `UserError` if it ends before. */
  async ready(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.line());
  }

  /** Does `steps` steps and returns the milliseconds of each. */
  async run(work: Work, steps: number): Promise<number[]> {
    this.child.stdin!.write(`${JSON.stringify({ work, steps })}\n`);
    const answer = JSON.parse(await this.line()) as Answer;
    if (answer.error !== undefined)
      throw new UserError(`${this.name} could not do the work: ${answer.error}`);
    return answer.millisecondsPerStep;
  }

  close(): void {
    this.child.stdin!.end();
    this.child.kill();
  }

  private async line(): Promise<string> {
    const { value, done } = await this.lines.next();
    if (done)
      throw new UserError(`${this.name} ended: ${this.stderr.trim().split("\n").at(-1) ?? "no word"}`);
    return value;
  }
}
