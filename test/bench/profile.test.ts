import { describe, expect, it } from "vitest";
import { executorTimes } from "../../lib/bench/executor-log.js";
import { summarize } from "../../lib/bench/profile.js";
import { profileText } from "../../lib/bench/tables.js";
import { OperationClock } from "../../lib/bench/timed-engine.js";

/** A line as TensorFlow 2.21 writes it. */
const recent = (seconds: string, event: string, node: number, step: number, op: string) =>
  `I0000 00:00:17954169${seconds}    7457 executor.cc:879] ${event}: ${node} step ${step} {{node n${node}}} = ${op}[T=DT_FLOAT](x) device: /job:localhost`;
/** And as 2.9 did. */
const older = (time: string, event: string, node: number, step: number, op: string) =>
  `2026-01-31 12:00:${time}: I tensorflow/core/common_runtime/executor.cc:879] ${event}: ${node} step ${step} {{node n${node}}} = ${op}[T=DT_FLOAT](x)`;
const [start, end] = ["Process node", "Synchronous kernel done"];

describe("the log of TensorFlow's executor", () => {
  it("gives the time of each kind of operation in the last runs", () => {
    const log = [
      "WARNING: something else",
      recent("70.000000", start, 1, 4, "Conv2D"),
      recent("71.000000", end, 1, 4, "Conv2D"),
      recent("72.000000", start, 1, 5, "Conv2D"),
      recent("72.002000", start, 2, 5, "Relu"),
      recent("72.003000", end, 2, 5, "Relu"),
      recent("72.004000", end, 1, 5, "Conv2D"),
      recent("72.010000", start, 3, 5, "Conv2D"),
      recent("72.011500", end, 3, 5, "Conv2D"),
    ];
    const times = executorTimes(log.join("\n"), 1);
    expect(times.map(({ op, calls }) => [op, calls])).toEqual([
      ["Relu", 1],
      ["Conv2D", 2],
    ]);
    expect(times[1]!.milliseconds).toBeCloseTo(5.5, 3);
  });

  it("is read in the older form, over the end of a minute", () => {
    const log = [older("59.999000", start, 1, 1, "MatMul"), older("00.001000", end, 1, 1, "MatMul")];
    const [time] = executorTimes(log.join("\n"), 3);
    expect(time!.milliseconds).toBeCloseTo(2, 6);
  });

  it("is missed where it is not there", () => {
    expect(() => executorTimes("nothing of the kind", 3)).toThrow(/wrote no log/);
  });
});

describe("a clock for operations", () => {
  it("counts what runs within an operation for itself only", () => {
    let now = 0;
    const wait = (milliseconds: number) => {
      now += milliseconds;
    };
    const clock = new OperationClock(() => now);
    const result = clock.run("outer", () => {
      wait(1);
      clock.run("inner", () => wait(10));
      clock.run("inner", () => wait(20));
      wait(2);
      return "done";
    });
    expect(result).toBe("done");
    expect(clock.times()).toEqual([
      { op: "inner", calls: 2, milliseconds: 30 },
      { op: "outer", calls: 1, milliseconds: 3 },
    ]);
    clock.reset();
    expect(clock.times()).toEqual([]);
  });
});

describe("a profile", () => {
  const times = Array.from({ length: 12 }, (_, index) => ({
    op: `op${index}`,
    calls: 20,
    milliseconds: 10 * index,
  }));
  const summary = summarize({ work: "w", engine: "wasm", msPerStep: 100 }, times, 10);

  it("lists the ten costliest operations of a step and adds up the rest", () => {
    expect(summary.operations).toHaveLength(10);
    expect(summary.operations[0]).toEqual({ op: "op11", calls: 2, ms: 11, share: 0.11 });
    expect(summary.otherMs).toBe(1);
    expect(summary.outsideMs).toBe(100 - 66);
  });

  it("becomes a table", () => {
    const lines = profileText(summary).split("\n");
    expect(lines[0]).toBe("w, wasm: 100.0 ms a step while profiled");
    expect(lines.at(-1)).toMatch(/^outside operations +– +34\.00 +34\.0$/);
  });
});
