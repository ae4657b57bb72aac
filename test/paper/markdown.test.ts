import { beforeEach, expect, test } from "vitest";
import { UserError } from "../../lib/errors.js";
import { readBibliography } from "../../lib/paper/bibliography.js";
import { type MarkdownPage, renderMarkdown } from "../../lib/paper/markdown.js";

let page: MarkdownPage;
beforeEach(() => {
  page = {
    name: "01-regularization.ipynb",
    bibliography: readBibliography(),
    pageOf: (stem) => (stem === "02-optimizers" ? "02-optimizers.html" : undefined),
    target: (kind, number) => (kind === "Figure" && number === 4 ? { id: "fig-2", number: 2 } : undefined),
    citations: new Set(),
    headings: [],
    footnotes: [],
    unknownPapers: new Set(),
  };
});
const render = async (text: string) => (await renderMarkdown(text, page)).text;

test("a link to a paper is a citation; a paper that the bibliography lacks is told", async () => {
  const text = await render(
    "[Adam](https://arxiv.org/abs/1412.6980), [other](https://arxiv.org/abs/9999.99999)",
  );
  expect(text).toContain('class="cite"');
  expect(text).toContain('aria-describedby="ref-kingma2015adam"');
  expect([...page.citations].map(({ key }) => key)).toEqual(["kingma2015adam"]);
  expect([...page.unknownPapers]).toEqual(["https://arxiv.org/abs/9999.99999"]);
});

test("a notebook's link goes to its page, and is text where the site has none", async () => {
  const text = await render(
    "[two](02-optimizers.ipynb#the-arms) [three](./03-other.ipynb) [readme](../README.md)",
  );
  expect(text).toContain('<a href="02-optimizers.html#the-arms">two</a>');
  expect(text).not.toContain("03-other.ipynb</a>");
  expect(text).toContain('<span class="no-page" title="./03-other.ipynb">three</span>');
  expect(text).toContain('title="../README.md">readme</span>');
});

test("numbers of figures are links, but not within links, and not where the page has no such figure", async () => {
  const text = await render("Figure 4, Figure 9, [see Figure 4](https://example.org)");
  expect(text).toContain('<a href="#fig-2">Figure 2</a>, Figure 9');
  expect(text).toContain(">see Figure 4</a>");
});

test("formulas are drawn; one that cannot be names its notebook", async () => {
  expect(await render("$\\lambda\\theta$")).toContain('class="katex"');
  await expect(render("$\\nosuchthing{x}$")).rejects.toThrow(UserError);
  await expect(render("## With $\\nothing$")).rejects.toThrow(/has a formula that cannot be drawn/);
  await expect(render("$\\frac{1}$")).rejects.toThrow(/01-regularization\.ipynb/);
});

test("footnotes are numbered through all cells of a page", async () => {
  await render("One[^a].\n\n[^a]: First *note*.");
  const second = await render("Two[^a] and three[^b].\n\n[^a]: Second.\n\n[^b]: Third.");
  expect(second).toContain('href="#note-2"');
  expect(second).toContain('href="#note-3"');
  expect(page.footnotes.map(({ id }) => id)).toEqual(["1", "2", "3"]);
  expect(page.footnotes[0]!.content.text).toContain("First <em>note</em>.");
  expect(page.footnotes[1]!.content.text).toContain('href="#note-mark-2"');
});

test("the list of sections says what a heading draws", async () => {
  await render("## Where $\\gamma$ and `beta` end");
  expect(page.headings.map(({ text }) => text)).toEqual(["Where γ and beta end"]);
});

test("headings get names of their own, HTML stays text, code is marked", async () => {
  const text = await render("## The arms\n\n## The arms\n\n<b>x</b>\n\n```ts\nconst a = 1;\n```");
  expect(page.headings.map(({ id }) => id)).toEqual(["the-arms", "the-arms-2"]);
  expect(text).toContain("&lt;b&gt;x&lt;/b&gt;");
  expect(text).toContain('class="shj-syn-kwd"');
});
