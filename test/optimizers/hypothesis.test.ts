import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { type Engine, openEngine } from "../../lib/engine/index.js";
import { ParameterLayout } from "../../lib/models/layout.js";
import type { RunConfigInput } from "../../lib/runs/config.js";
import { anyOptimizer, anyPenalty, reordered } from "../support/optimizer-configs.js";
import { chainOf, optimize } from "../support/optimizer-runs.js";

const layout = new ParameterLayout([
  { name: "C1/weight", shape: [2, 1, 2, 3], role: "weight" },
  { name: "C1/gamma", shape: [3], role: "gamma" },
  { name: "C1/beta", shape: [3], role: "beta" },
  { name: "FC/weight", shape: [3, 2], role: "weight" },
  { name: "FC/bias", shape: [2], role: "bias" },
]);

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ name: "wasm" });
});

type Parts = Pick<RunConfigInput, "optimizer" | "penalty">;

/** Any gradient of the parameters. */
const anyGradient = fc
  .array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 26, maxLength: 26 })
  .map((values) => {
    const vector = new Float32Array(layout.length);
    let next = 0;
    for (const { offset, size } of layout.slots) {
      for (let at = offset; at < offset + size; at++) vector[at] = values[next++]!;
    }
    return vector;
  });

it("moves alike whatever the order of its options, finite, and leaves the padding alone", async () => {
  const start = new Float32Array(layout.length);
  for (const { offset, size } of layout.slots) start.fill(0.5, offset, offset + size);
  const inside = new Set(
    layout.slots.flatMap(({ offset, size }) => Array.from({ length: size }, (_, k) => offset + k)),
  );
  await fc.assert(
    fc.asyncProperty(
      anyOptimizer,
      anyPenalty,
      fc.array(anyGradient, { minLength: 1, maxLength: 4 }),
      async (optimizer, penalty, gradients) => {
        const parts = { optimizer, penalty } as Parts;
        const run = async (of: Parts) =>
          (await optimize(engine, chainOf(of), layout, { start, gradients })).at(-1)!;
        const end = await run(parts);
        expect(end.every(Number.isFinite)).toBe(true);
        expect(end.every((value, index) => inside.has(index) || value === 0)).toBe(true);
        expect(await run(reordered(parts) as Parts)).toEqual(end);
      },
    ),
    { numRuns: 60, seed: 1 },
  );
});
