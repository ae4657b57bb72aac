import { expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { tableFromJson, tableToJson } from "../../lib/tables/json.js";
import type { Table } from "../../lib/tables/table.js";

const throughJson = (table: Table) => tableFromJson(JSON.parse(JSON.stringify(tableToJson(table))));

it("gives a table back as it was, numbers that JSON has not included", () => {
  const table: Table = {
    title: "Arms",
    columns: [{ label: "Arm" }, { label: "Error", unit: "%", digits: 1 }],
    rows: [
      ["Infinity", { mean: 9.5, halfWidth: 0.5, best: true }],
      ["one seed", { mean: 30, halfWidth: Number.POSITIVE_INFINITY }],
      [null, Number.NEGATIVE_INFINITY],
      ["NaN", Number.NaN],
    ],
    note: "n = 3",
  };
  expect(throughJson(table)).toEqual(table);
});

it("refuses what is no table, with the command that makes one", () => {
  expect(() => tableFromJson({ columns: "none" })).toThrow(UserError);
  expect(() => tableFromJson({ columns: "none" })).toThrow(/npm run notebook/);
});
