import { expect, it } from "vitest";
import { score } from "../../lib/training/index.js";

it("scores equal logits with log(classes) each, and counts the first of equals as the answer", () => {
  const { loss, errors, count } = score([0, 0, 0, 0, 0, 0], [0, 2], 3);
  expect(loss).toBeCloseTo(2 * Math.log(3), 12);
  expect(errors).toBe(1);
  expect(count).toBe(2);
});

it("survives logits whose exponentials overflow", () => {
  expect(score([1000, 0], [0], 2).loss).toBe(0);
  expect(score([1000, 0], [1], 2).loss).toBe(1000);
});

it("gives a loss that is not finite for logits that are not", () => {
  expect(score([Number.NaN, 0], [1], 2).loss).toBeNaN();
  expect(score([Number.POSITIVE_INFINITY, 0], [0], 2).loss).toBeNaN();
});
