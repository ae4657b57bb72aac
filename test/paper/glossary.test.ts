import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readBibliography } from "../../lib/paper/bibliography.js";
import { type Glossary, readGlossary } from "../../lib/paper/glossary.js";
import { newPage, renderMarkdown } from "../../lib/paper/markdown.js";
import { termList } from "../../lib/paper/references.js";

const folder = mkdtempSync(join(tmpdir(), "paper-glossary-"));
afterAll(() => rmSync(folder, { recursive: true }));

function glossaryOf(text: string): Glossary {
  const path = join(folder, "glossary.md");
  writeFileSync(path, text);
  return readGlossary(path);
}

const pageWith = (glossary: Glossary) =>
  newPage({
    name: "x.ipynb",
    site: folder,
    bibliography: readBibliography(),
    glossary,
    pageOf: () => undefined,
  });

const small =
  "# Glossary\n\n**arm** (also: arms): one\nsetting.\n\n**dead by scale**: $\\gamma$ is an arm near 0.\n";

test("the project's own can be read, and every entry says something", () => {
  const { entries } = readGlossary();
  expect(entries.map(({ term }) => term)).toEqual(
    expect.arrayContaining(["arm", "probe", "selectivity", "dead by activation", "seed-paired"]),
  );
  for (const { definition } of entries) expect(definition.length).toBeGreaterThan(20);
});

test("without the file there are no terms", () => {
  expect(readGlossary(join(folder, "none.md")).entries).toEqual([]);
});

test.each([
  ["a paragraph that is no entry", "arm: a setting", /no entry: "arm: a setting"/],
  ["a word with two entries", "**arm**: one.\n\n**limb** (also: Arm): two.", /explains "Arm" twice/],
])("%s is named", (_, text, message) => {
  expect(() => glossaryOf(text)).toThrow(message);
});

test("the first use on a page is a link to the meaning: as a word, in running text only", async () => {
  const page = pageWith(glossaryOf(small));
  const render = async (text: string) => (await renderMarkdown(text, page)).text;
  const none = await render(
    "# An arm\n\nalarms, charm, arm-chair, `arm`, [arm](https://example.org), $\\text{arm}$\n\n|arm|\n|---|\n",
  );
  expect(none).not.toContain('class="term"');
  const first = await render("Two Arms and *arms*; dead by scale.");
  expect(
    first.match(/<a class="term" href="appendix\.html#term-arm" aria-describedby="term-arm">Arms<\/a>/g),
  ).toHaveLength(1);
  expect(first).toContain('href="appendix.html#term-dead-by-scale"');
  expect(await render("arm")).not.toContain("<a");
});

test("what a page's terms mean stands in it, hidden, formulas drawn, and links to nothing further", async () => {
  const page = pageWith(glossaryOf(small));
  expect(await termList(page)).toBeUndefined();
  await renderMarkdown("dead by scale", page);
  const { text } = (await termList(page))!;
  expect(text).toMatch(/^<div hidden><div id="term-dead-by-scale"><p><strong>dead by scale<\/strong>: /);
  expect(text).toContain('class="katex"');
  expect(text).not.toContain("<a ");
});
