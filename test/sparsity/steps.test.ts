import { expect, it } from "vitest";
import { probeSteps } from "../../lib/sparsity/index.js";

it("probes at the start, early on and after every tenth of the run", () => {
  expect(probeSteps(5000)).toEqual([0, 100, 250, 500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000]);
});

it("asks for no step twice in a run shorter than its probes", () => {
  const steps = probeSteps(5);
  expect(new Set(steps).size).toBe(steps.length);
  expect(steps.at(-1)).toBe(5);
});
