import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { UserError } from "../../lib/errors.js";
import { numberedNotebooks } from "../../lib/paper/build.js";
import { readSource } from "../../lib/paper/notebook-source.js";
import { answersTable, readmePath, withAnswers } from "../../lib/paper/readme.js";

// A verdict that has turned since would stand in the first thing that anybody reads.
test("README's table says what the notebooks' verdicts say: if not, npm run paper -- --readme", () => {
  const readme = readFileSync(readmePath(), "utf8");
  expect(withAnswers(readme, answersTable(numberedNotebooks().map(readSource)))).toBe(readme);
});

test("the table goes between its marks, and nowhere else", () => {
  const marked =
    "a\n<!-- answers: npm run paper -- --readme writes this table -->\nold\n<!-- end of answers -->\nb\n";
  const written = withAnswers(marked, "| new |");
  expect(written).toMatch(/^a\n.*\n\n\| new \|\n\n<!-- end of answers -->\nb\n$/);
  expect(withAnswers(written, "| new |")).toBe(written);
  expect(() => withAnswers("no marks", "| new |")).toThrow(UserError);
});
