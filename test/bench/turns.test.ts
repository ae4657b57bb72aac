import { describe, expect, it } from "vitest";
import type { Request } from "../../lib/bench/protocol.js";
import { takeTurns } from "../../lib/bench/turns.js";
import { namedWorks } from "../../lib/bench/work.js";

const { work } = namedWorks(1)[0]!;
const options = { rounds: 2, secondsPerTurn: 0.1 };

/** A process that needs so long for a step, and notes what it was asked for. */
function processOf(name: string, milliseconds: number, log: string[]) {
  return {
    async ask(request: Request) {
      const { steps } = request;
      log.push(`${name} ${"sgemm" in request ? "sgemm" : steps}`);
      return { millisecondsPerStep: Array<number>(steps).fill(milliseconds), macs: 7 };
    },
  };
}

describe("taking turns", () => {
  it("gives every side turns of the same length, one after the other", async () => {
    const log: string[] = [];
    const sides = [
      { name: "a", processes: [processOf("a", 10, log)], required: true },
      { name: "b", processes: [processOf("b", 50, log)] },
    ];
    const [a, b] = await takeTurns(work, sides, options);
    // A warm-up of two times three steps, then 0.1 s each; never fewer than three steps.
    expect(log).toEqual(["a 3", "a 3", "b 3", "b 3", "a 10", "b 3", "a 10", "b 3"]);
    expect(a!.rounds).toEqual([Array(10).fill(10), Array(10).fill(10)]);
    expect(b).toMatchObject({
      name: "b",
      macs: 7,
      rounds: [
        [50, 50, 50],
        [50, 50, 50],
      ],
    });
  });

  it("adds up the matrix products of processes that work at once", async () => {
    const log: string[] = [];
    const processes = [processOf("a", 20, log), processOf("a", 20, log)];
    const [a] = await takeTurns(work, [{ name: "a", processes, sgemm: true }], options);
    expect(a!.sgemmGigaflops).toBeCloseTo((2 * 2 * 1024 ** 3) / 1e6 / 20, 9);
    expect(a!.rounds[0]).toHaveLength(10);
  });

  it("goes on without a side that cannot do the work, unless it is required", async () => {
    const broken = { ask: () => Promise.reject(new Error("no such kernel")) };
    const sides = [
      { name: "a", processes: [processOf("a", 10, [])], required: true },
      { name: "b", processes: [broken] },
    ];
    const [a, b] = await takeTurns(work, sides, options);
    expect(a!.rounds).toHaveLength(2);
    expect(b).toEqual({ name: "b", rounds: [], problem: "no such kernel" });
    const required = [{ name: "b", processes: [broken], required: true }];
    await expect(takeTurns(work, required, options)).rejects.toThrow("no such kernel");
  });
});
