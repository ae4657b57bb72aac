import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readBibliography } from "../../lib/paper/bibliography.js";
import { noGlossary } from "../../lib/paper/glossary.js";
import { type MarkdownPage, newPage, renderMarkdown } from "../../lib/paper/markdown.js";

let folder: string;
let page: MarkdownPage;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paper-markdown-"));
  mkdirSync(join(folder, "site"));
  page = newPage({
    name: "01-regularization.ipynb",
    site: join(folder, "site"),
    folder: join(folder, "notebooks"),
    bibliography: readBibliography(),
    glossary: noGlossary,
    pageOf: (stem) =>
      ["02-optimizers", "my café"].includes(stem.normalize("NFC"))
        ? `${encodeURIComponent(stem)}.html`
        : undefined,
    target: (kind, number) => (kind === "Figure" && number === 4 ? { id: "fig-2", number: 2 } : undefined),
  });
});
afterEach(() => rmSync(folder, { recursive: true }));
const render = async (text: string, place = {}) => (await renderMarkdown(text, page, place)).text;
const warnings = () => [...page.warnings].join("\n");

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

test("a notebook's name may have spaces and accents, its sections Jupyter's names", async () => {
  for (const link of [
    "my%20caf%C3%A9.ipynb",
    "<my café.ipynb>",
    "<my cafe\u0301.ipynb>",
    "./my%20café.ipynb",
  ])
    expect(await render(`[x](${link})`), link).toMatch(/<a href="my%20caf(%C3%A9|e%CC%81)\.html">/);
  expect(await render("[x](02-optimizers.ipynb#The-Arms) [y](#The-Arms)")).toMatch(
    /02-optimizers\.html#the-arms[\s\S]*href="#the-arms"/,
  );
});

test("numbers of figures are links, but not within links, and not where the page has no such figure", async () => {
  const text = await render("Figure 4, Figure 9, [see Figure 4](https://example.org)");
  expect(text).toContain('<a href="#fig-2">Figure 2</a>, Figure 9');
  expect(text).toContain(">see Figure 4</a>");
});

test.each([
  ["with spaces inside", "$ \\eta $"],
  ["with bars in a table", "| a | b |\n|---|---|\n| $|x|$ | 1 |"],
  ["on lines of their own", "$$\n\\frac{1}{2}\n$$"],
  ["with signs of Markdown", "$a_1 * b_2 * c_3$ and $x_{_i}$"],
  ["in a link", "[$x$](https://example.org)"],
  ["in HTML", "<b>$x$</b>"],
  ...[
    ...["align", "align*", "alignat*", "flalign", "cases", "split", "aligned", "pmatrix"].map((name) => [
      name,
      "a &= b",
    ]),
    ...["equation", "gather", "multline"].map((name) => [name, "a = b"]),
    ["eqnarray", "a &=& b"],
  ].map(([name, body]) => [
    `in ${name}, without dollars`,
    `\\begin{${name}}${name!.startsWith("alignat") ? "{2}" : ""}\n${body}\n\\end{${name}}`,
  ]),
  ["in align, within dollars", "$\\begin{align}a&=b\\\\c&=d\\end{align}$"],
  ["with a label", "\\begin{equation}\\label{one}x\\end{equation}"],
  [
    "with commands of their own",
    "$\\newcommand{\\R}{\\mathbb{R}}\\DeclareMathOperator{\\argmin}{arg\\,min}\\argmin \\R$",
  ],
])("formulas %s are drawn, as JupyterLab draws them", async (_, text) => {
  expect(await render(text)).toContain('class="katex"');
  expect(warnings()).toBe("");
});

test("a bar in a formula parts no cells, and dollars in code stay", async () => {
  expect((await render("| a | b |\n|---|---|\n| $|x|$ | 1 |")).match(/<td>/g)).toHaveLength(2);
  const code = await render("`$a$`\n\n```sh\necho $HOME $PATH\n```\n\n    cost $1 $2");
  expect(code).not.toContain("katex");
  expect(code.replace(/<[^>]+>/g, "")).toMatch(/\$a\$\s+echo \$HOME \$PATH\s+cost \$1 \$2/);
});

test("a command that a formula defines holds in the cells after it", async () => {
  await render("$\\newcommand{\\loss}{\\mathcal{L}}$");
  expect(await render("$\\loss$")).toContain('class="katex"');
});

test("a formula that cannot be drawn stands as written, with a warning that names notebook and cell", async () => {
  for (const formula of [
    "$\\nosuchthing{x}$",
    "$\\frac{1}$",
    "$\\includegraphics{x}$",
    "$\\href{javascript:x()}{x}$",
  ]) {
    page.warnings.clear();
    expect(await render(`a ${formula} b`, { where: "Markdown cell 3" })).toContain(`>${formula}</code>`);
    expect(warnings()).toContain("01-regularization.ipynb, Markdown cell 3: a formula cannot be drawn");
    expect(warnings()).toContain(formula);
  }
  await render("## With $\\nothing$");
  expect(page.headings[0]!.text).toBe("With $\\nothing$");
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

test("headings get names of their own, code is marked", async () => {
  const text = await render("## The arms\n\n## The arms\n\n```ts\nconst a = 1;\n```");
  expect(page.headings.map(({ id }) => id)).toEqual(["the-arms", "the-arms-2"]);
  expect(text).toContain('<h2 id="the-arms-2">');
  expect(text).toContain('class="shj-syn-kwd"');
});

test("HTML of an allow-list is kept", async () => {
  const text = await render(
    'H<sub>2</sub>O x<sup>2</sup><br>next <kbd>Ctrl</kbd> <mark>m</mark>\n\n<div align="center" style="color: red; position: fixed">\n\n*in*\n\n</div>\n\n<details>\n<summary>More</summary>\n\ntext\n\n</details>\n\n<a id="Setup"></a>',
  );
  for (const kept of [
    ...[
      "<sub>2</sub>",
      "<sup>2</sup>",
      "<br>",
      "<kbd>",
      "<mark>",
      "<em>in</em></p>",
      "<summary>More</summary>",
    ],
    ...['<div align="center" style="color: red">', '<a id="setup">'],
  ])
    expect(text).toContain(kept);
  expect(warnings()).toBe("");
});

test("pictures are put into the site: by relative path, attached, as data, and drawn ones", async () => {
  const png = await sharp({ create: { width: 3, height: 2, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>';
  mkdirSync(join(folder, "notebooks", "my figures"), { recursive: true });
  writeFileSync(join(folder, "notebooks", "my figures", "é.png"), png);
  writeFileSync(join(folder, "notebooks", "a.svg"), svg);
  const attachments = { "b.png": { "image/png": png.toString("base64") } };
  const text = await render(
    `![one](my%20figures/%C3%A9.png) ![two](attachment:b.png) ![three](a.svg) <img src="a.svg" width="20"> ![d](data:image/png;base64,${png.toString("base64")})\n\n${svg.replace("<script>alert(1)</script>", "<circle r='3'/>")}`,
    { attachments },
  );
  expect(warnings()).toBe("");
  expect(text.match(/<img /g)).toHaveLength(6);
  expect(text).toMatch(/<img src="pictures\/[\da-f]+\.png" alt="one" width="3" height="2" loading="lazy">/);
  // A file of an SVG could run its scripts when opened by itself.
  expect(text.match(/src="data:image\/svg\+xml;base64/g)).toHaveLength(3);
  expect(readdirSync(join(folder, "site", "pictures"))).toHaveLength(1);
});

test("a picture that cannot be shown is its text, with a warning; none comes from outside the project", async () => {
  writeFileSync(
    join(folder, "secret.png"),
    await sharp({ create: { width: 1, height: 1, channels: 3, background: "red" } })
      .png()
      .toBuffer(),
  );
  mkdirSync(join(folder, "notebooks"));
  writeFileSync(join(folder, "notebooks", "text.png"), "no picture");
  const sources = [
    "../secret.png",
    join(folder, "secret.png"),
    "none.png",
    "text.png",
    "attachment:none.png",
    "https://example.org/x.png",
    "file:///etc/passwd",
  ];
  for (const source of sources) {
    page.warnings.clear();
    const text = await render(`![what it shows](${source}) <img src="${source}" alt="what it shows">`);
    expect(text, source).not.toContain("<img");
    expect(text, source).toContain("what it shows");
    expect(warnings(), source).not.toBe("");
  }
  expect(readdirSync(join(folder, "site"))).toEqual([]);
  expect(readFileSync(join(folder, "secret.png")).length).toBeGreaterThan(0);
});
