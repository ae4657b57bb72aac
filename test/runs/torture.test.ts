import { expect, it } from "vitest";
import { torture } from "../../lib/dist/runs/torture.js";

it("a run killed at any moment, again and again, ends with the same bits", { timeout: 120_000 }, async () => {
  const result = await torture({ kills: 10 });
  expect(result).toMatchObject({ kills: 10, lost: 0, different: 0 });
  expect(result.runs).toBeGreaterThan(0);
});
