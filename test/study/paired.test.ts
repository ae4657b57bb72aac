import { expect, test } from "vitest";
import { paired, valuesOf } from "../../lib/study/paired.js";

const row = (optimizer: string, seed: number, dead: number) => ({ optimizer, seed, dead });
const rows = [row("Lion", 1, 3), row("Adam", 1, 5), row("Lion", 2, Number.NaN), row("Muon", 1, Number.NaN)];

test("rows come by optimizer in the order in which those appear; one without values stays, without rows", () => {
  expect(paired(rows, ({ dead }) => [dead])).toEqual([
    { optimizer: "Lion", rows: [rows[0]] },
    { optimizer: "Adam", rows: [rows[1]] },
    { optimizer: "Muon", rows: [] },
  ]);
});

test("values are those that are numbers", () => {
  expect(paired(rows).map((one) => valuesOf(one, ({ dead }) => dead))).toEqual([[3], [5], []]);
});
