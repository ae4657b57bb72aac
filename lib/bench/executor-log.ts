import { UserError } from "../errors.js";
import type { OperationTime } from "./protocol.js";

/*
 * Lines of TensorFlow's executor at verbosity 2, as of 2.9 and 2.21:
 *   2026-01-31 12:00:00.884205: I tensorflow/core/common_runtime/executor.cc:879] Process node: 3 step 7 {{node n5}} = Relu[T=...
 *   I0000 00:00:1795416970.884205    7443 executor.cc:936] Synchronous kernel done: 3 step 7 {{node n5}} = Relu[T=...
 */
const line =
  /^(?:\S+ \d+:\d+:(?<clock>\d+\.\d+): |[IWEF]\d+ [\d:]+?:(?<seconds>\d{9,}\.\d+) ).*?\] (?<event>Process node|Synchronous kernel done|Async kernel done): (?<node>\d+) step (?<step>\d+) \{\{node [^}]*\}\} = (?<op>\w+)/;

interface Event {
  milliseconds: number;
  isStart: boolean;
  node: string;
  step: number;
  op: string;
}

/**
 * Time of each kind of operation over the last `steps` runs of a graph. An operation's time includes writing its log
 * line, some 10 us.
 */
export function executorTimes(log: string, steps: number): OperationTime[] {
  const events = log.split("\n").flatMap((text) => parse(text) ?? []);
  const last = new Set([...new Set(events.map(({ step }) => step))].slice(-steps));
  if (last.size === 0)
    throw new UserError(
      "TensorFlow's executor wrote no log. Its version may not support TF_CPP_VMODULE; expected 2.9 or newer.",
    );
  const starts = new Map<string, number>();
  const totals = new Map<string, OperationTime>();
  for (const { milliseconds, isStart, node, step, op } of events) {
    if (!last.has(step)) continue;
    const key = `${step}/${node}`;
    const start = starts.get(key);
    if (isStart) starts.set(key, milliseconds);
    else if (start !== undefined) {
      const total = totals.get(op) ?? { op, calls: 0, milliseconds: 0 };
      total.calls++;
      // Seconds of a minute start anew.
      total.milliseconds += milliseconds < start ? milliseconds - start + 60_000 : milliseconds - start;
      totals.set(op, total);
    }
  }
  return [...totals.values()];
}

function parse(text: string): Event | undefined {
  const { clock, seconds, event, node, step, op } = line.exec(text)?.groups ?? {};
  if (event === undefined) return undefined;
  return {
    milliseconds: 1000 * Number(clock ?? seconds),
    isStart: event === "Process node",
    node: node!,
    step: Number(step),
    op: op!,
  };
}
