import { expect, it } from "vitest";
import { actsAt } from "../../lib/optimizers/penalty-config.js";

/** Steps of 20 at which a penalty acts. */
const actingSteps = (during: { from?: number; until?: number; cycles?: number }) => {
  const acts = actsAt({ from: 0, until: 1, cycles: 1, ...during }, 20);
  return Array.from({ length: 20 }, (_, index) => index + 1).filter((step) => acts?.(step) ?? true);
};

it("a penalty acts in its part of the steps, and its complement in all others", () => {
  expect(actingSteps({})).toHaveLength(20);
  expect(actingSteps({ until: 0.3 })).toEqual([1, 2, 3, 4, 5, 6]);
  for (const share of [0.1, 0.3, 0.6, 0.55])
    expect([...actingSteps({ until: share }), ...actingSteps({ from: share })]).toEqual(actingSteps({}));
});

it("cycles repeat it", () => {
  expect(actingSteps({ until: 0.5, cycles: 5 })).toEqual([1, 2, 5, 6, 9, 10, 13, 14, 17, 18]);
  expect(actingSteps({ from: 0.25, until: 0.75, cycles: 2 })).toEqual([4, 5, 6, 7, 8, 14, 15, 16, 17, 18]);
});

it("says that it has to know the steps", () => {
  expect(() => actsAt({ from: 0, until: 0.5, cycles: 1 }, undefined)).toThrow(/how many steps/);
});
