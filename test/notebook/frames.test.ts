import { inspect } from "node:util";
import { DataFrame } from "danfojs-node";
import { expect, test } from "vitest";
import "../../lib/notebook/index.js";

test("a frame that a cell makes by itself prints as a table", () => {
  const printed = inspect(new DataFrame([{ dead: 1, alive: 2 }]));
  expect(printed).toMatch(/dead +alive/);
  expect(printed).not.toContain("$data");
});
