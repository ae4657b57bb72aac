import { expect, it } from "vitest";
import { probeSteps } from "../../lib/sparsity/index.js";

it("probes at the start and at log-spaced steps from 1 % of the run to its end", () => {
  expect(probeSteps(6000)).toEqual([0, 60, 95, 151, 239, 379, 600, 951, 1507, 2389, 3786, 6000]);
});

it("asks for no step twice in a run shorter than its probes", () => {
  const steps = probeSteps(5);
  expect(new Set(steps).size).toBe(steps.length);
  expect(steps.at(-1)).toBe(5);
});
