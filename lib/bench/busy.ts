import { type CpuInfo, cpus } from "node:os";
import { setTimeout } from "node:timers/promises";

/** Share of the machine's processor time between two readings that was not idle, 0 to 1; 0 of no time at all. */
export function busyShare(before: readonly CpuInfo[], after: readonly CpuInfo[]): number {
  const elapsed = total(after, allTimes) - total(before, allTimes);
  const idle = total(after, ({ idle }) => idle) - total(before, ({ idle }) => idle);
  return elapsed > 0 ? 1 - idle / elapsed : 0;
}

type Times = CpuInfo["times"];
const allTimes = ({ user, nice, sys, idle, irq }: Times) => user + nice + sys + idle + irq;
const total = (infos: readonly CpuInfo[], of: (times: Times) => number) =>
  infos.reduce((sum, { times }) => sum + of(times), 0);

/** Share that others take of the machine while this process waits. Its own children have to wait, too. */
export async function othersShare(milliseconds = 500): Promise<number> {
  const before = cpus();
  await setTimeout(milliseconds);
  return busyShare(before, cpus());
}

/** A warning where others' work would spoil timings: more than 5 % of the machine. */
export function busyWarning(share: number, cores: number): string | undefined {
  if (share <= 0.05) return undefined;
  const percent = Math.round(100 * share);
  return `Warning: other processes take ${percent} % of the ${cores} cores just now; timings will be off. Wait until the machine is idle.`;
}
