import { createInterface } from "node:readline";
import { messageOf } from "../errors.js";
import type { Work } from "./work.js";

/**
 * What a process of the benchmark is asked for, one JSON line each: steps of a work, or products of two square
 * matrices with `sgemm` rows. test/bench/torch_peer.py takes the same.
 */
export type Request =
  | { work: Work; steps: number; profile?: boolean }
  | { sgemm: number; threads: number; steps: number };

/** Its answer, one JSON line. */
export interface Answer {
  /** One for each step; those between two readings of the loss have their mean. */
  millisecondsPerStep: number[];
  /** Of the last step, so that one sees that work was done. */
  loss?: number;
  /** Multiply-accumulates of one image in the forward pass. */
  macs?: number;
  /** Trainable parameters. */
  parameters?: number;
  /** Tensors alive. */
  tensors?: number;
  /** Resident size now and at its highest, bytes. */
  residentBytes?: number;
  peakBytes?: number;
  /** Where the engine's operations are timed from JavaScript, and that was asked for. */
  operations?: OperationTime[];
}

/** Time spent in one kind of operation, itself only, over some steps. */
export interface OperationTime {
  op: string;
  calls: number;
  milliseconds: number;
}

/** One step; reads the loss back, and so waits for it, only when told to: NaN otherwise. */
export type Step = (read: boolean) => Promise<number>;

/** A process that has what it needs. */
export interface Service {
  /** What it says of itself, e.g. versions. */
  greeting: object;
  answer(request: Request): Promise<Answer>;
}

/** Opens a service, says so or why not, and answers the requests of this process' stdin until it ends. */
export async function serve(open: () => Promise<Service>): Promise<void> {
  const service = await open().catch(writeError);
  if (service === undefined) return;
  write({ ready: true, ...service.greeting });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === "") continue;
    const answer = await service.answer(JSON.parse(line)).catch(writeError);
    if (answer !== undefined) write(answer);
  }
}

const writeError = (error: unknown): undefined => write({ error: messageOf(error) });

function write(message: object): undefined {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** Times `steps` steps, rounded up to whole groups of `stepsPerReading`. */
export async function timeSteps(
  step: Step,
  { steps, stepsPerReading = 1 }: { steps: number; stepsPerReading?: number },
): Promise<Pick<Answer, "millisecondsPerStep"> & { loss: number }> {
  const millisecondsPerStep: number[] = [];
  let loss = Number.NaN;
  while (millisecondsPerStep.length < steps) {
    const start = performance.now();
    for (let index = 1; index < stepsPerReading; index++) await step(false);
    loss = await step(true);
    const each = (performance.now() - start) / stepsPerReading;
    for (let index = 0; index < stepsPerReading; index++) millisecondsPerStep.push(each);
  }
  return { millisecondsPerStep, loss };
}
