import { expect, it } from "vitest";
import { familyNamed } from "../../lib/hypotheses/families.js";
import { screenedTable } from "../../lib/hypotheses/screened-table.js";

it("shows what was screened, and says of how many settings", () => {
  const [adam, momentum] = ["Adam, L2", "SGD+momentum, L2"].map((name) => familyNamed("reduced", name));
  const screened = [
    { rate: 1e-3, warmup: 0, lambda: 0, error: 20.25, dead: 0 },
    { rate: 1e-3, warmup: 0.1, lambda: 3e-3, error: 18.5, dead: 31.25 },
  ];
  const table = screenedTable([
    { family: adam!, screened, chosen: [] },
    { family: momentum!, screened: [], chosen: [] },
  ]);
  expect(table.rows).toEqual([
    ["Adam, L2", "1e-3", "none", 20.25, 0],
    ["Adam, L2", "1e-3 warm-up", "3e-3", 18.5, 31.25],
  ]);
  expect(table.note).toContain("2 of 11 of Adam, L2 are on record");
});
