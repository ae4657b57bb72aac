import { messageOf } from "../errors.js";
import { median } from "../statistics.js";
import { gigaflops, sgemmSize } from "./sgemm.js";
import type { BenchProcess } from "./side.js";
import type { Work } from "./work.js";

/** One of those who take turns: the processes that do the work at the same time. */
export interface Side {
  name: string;
  processes: Pick<BenchProcess, "ask">[];
  /** Whether its matrix product is measured too. Default false. */
  sgemm?: boolean;
  /** Whether an error of it ends the benchmark. Default false: it is reported as its `problem`. */
  required?: boolean;
}

/** What a side did. */
export interface SideTimes {
  name: string;
  /** Milliseconds of each step of all its processes, round by round. Empty where it has a problem. */
  rounds: number[][];
  /** Of all its processes together; undefined where it was not measured. */
  sgemmGigaflops?: number;
  /** Multiply-accumulates of one image in the forward pass, where the side knows. */
  macs?: number;
  /** Trainable parameters, where the side knows. */
  parameters?: number;
  /** Why it could not do the work. */
  problem?: string;
}

export interface RoundOptions {
  rounds: number;
  /** Length of one side's turn in a round. */
  secondsPerTurn: number;
}

const leastSteps = 3;
const products = 3;

/** Lets the sides take turns, so that a machine whose speed drifts drifts for all of them. */
export async function takeTurns(
  work: Work,
  sides: Side[],
  { rounds, secondsPerTurn }: RoundOptions,
): Promise<SideTimes[]> {
  const all: SideTimes[] = sides.map(({ name }) => ({ name, rounds: [] }));
  const steps = new Map<Side, number>();
  const products = new Map<Side, number[]>();
  for (const [index, side] of sides.entries()) {
    try {
      steps.set(side, await warmUp(side, work, secondsPerTurn, all[index]!));
    } catch (error) {
      if (side.required) throw error;
      all[index]!.problem = messageOf(error);
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const [index, side] of sides.entries()) {
      const count = steps.get(side);
      if (count === undefined) continue;
      if (side.sgemm) products.set(side, [...(products.get(side) ?? []), ...(await multiply(side, work))]);
      all[index]!.rounds.push(await turn(side, work, count));
    }
  }
  for (const [index, side] of sides.entries()) {
    const times = products.get(side);
    if (times?.length)
      all[index]!.sgemmGigaflops = side.processes.length * gigaflops(sgemmSize ** 3, median(times));
  }
  return all;
}

/** Milliseconds of each step, worker by worker. */
async function turn(side: Side, work: Work, steps: number): Promise<number[]> {
  const answers = await Promise.all(side.processes.map((process) => process.ask({ work, steps })));
  return answers.flatMap(({ millisecondsPerStep }) => millisecondsPerStep);
}

async function multiply({ processes }: Side, { threads }: Work): Promise<number[]> {
  const request = { sgemm: sgemmSize, threads, steps: products };
  const answers = await Promise.all(processes.map((process) => process.ask(request)));
  return answers.flatMap(({ millisecondsPerStep }) => millisecondsPerStep);
}

/** Does what is slow at first, and returns the steps that fill a turn. */
async function warmUp(side: Side, work: Work, seconds: number, times: SideTimes): Promise<number> {
  const [first] = await Promise.all(
    side.processes.map((process) => process.ask({ work, steps: leastSteps })),
  );
  if (first?.macs !== undefined) times.macs = first.macs;
  if (first?.parameters !== undefined) times.parameters = first.parameters;
  if (side.sgemm) await multiply(side, work);
  const warm = median(await turn(side, work, leastSteps));
  return Math.max(leastSteps, Math.round((1000 * seconds) / warm));
}
