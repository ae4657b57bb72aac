import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../engine/index.js";
import type { Ops } from "../engine/ops.js";
import { eagerProgram } from "../engine/program.js";
import type { OperationTime } from "./protocol.js";

/** Adds up the time of operations; one that runs within another counts for itself only. */
export class OperationClock {
  private readonly totals = new Map<string, OperationTime>();
  /** Time that operations within the running ones took, outermost first. */
  private readonly within: number[] = [];

  /** @param now milliseconds; a test's own clock */
  constructor(private readonly now: () => number = () => performance.now()) {}

  run<T>(op: string, work: () => T): T {
    const start = this.now();
    this.within.push(0);
    try {
      return work();
    } finally {
      const elapsed = this.now() - start;
      const inner = this.within.pop()!;
      if (this.within.length > 0) this.within[this.within.length - 1]! += elapsed;
      const total = this.totals.get(op) ?? { op, calls: 0, milliseconds: 0 };
      total.calls++;
      total.milliseconds += elapsed - inner;
      this.totals.set(op, total);
    }
  }

  times(): OperationTime[] {
    return [...this.totals.values()];
  }

  reset(): void {
    this.totals.clear();
  }
}

/**
 * The engine with a clock around each operation of `Ops` and each kernel of tfjs' backend. For backends that do an
 * operation before its call returns; programs run operation by operation.
 */
export function timedEngine(engine: Engine, clock: OperationClock): Engine {
  timeKernels(clock);
  const ops = timedOps(engine.ops, clock);
  return { ...engine, ops, open: (program) => eagerProgram(ops, program) };
}

function timedOps(ops: Ops, clock: OperationClock): Ops {
  const timed = Object.entries(ops).map(([name, op]: [string, unknown]) => {
    if (typeof op !== "function") return [name, op];
    return [name, (...values: unknown[]) => clock.run(name, () => op.apply(ops, values))];
  });
  return Object.fromEntries(timed);
}

function timeKernels(clock: OperationClock): void {
  const backend = tf.getBackend();
  for (const kernel of tf.getKernelsForBackend(backend)) {
    tf.unregisterKernel(kernel.kernelName, backend);
    tf.registerKernel({
      ...kernel,
      kernelFunc: (call) => clock.run(kernel.kernelName, () => kernel.kernelFunc(call)),
    });
  }
}
