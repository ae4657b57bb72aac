import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { UserError } from "../../lib/errors.js";
import type { NotebookCell } from "../../lib/notebook/notebooks.js";
import { originKey } from "../../lib/notebook/origin.js";
import { renderArticle } from "../../lib/paper/article.js";
import { readBibliography } from "../../lib/paper/bibliography.js";
import { buildPaper } from "../../lib/paper/build.js";
import { drawnRows } from "../../lib/paper/drawn-rows.js";
import { noGlossary } from "../../lib/paper/glossary.js";
import { readSource } from "../../lib/paper/notebook-source.js";
import type { Provenance } from "../../lib/paper/provenance.js";
import { tableMimeType } from "../../lib/tables/json.js";
import { markdownCell } from "../notebook/notebook-file.js";
import { executed, show, writeNotebook } from "./executed-notebook.js";

// A small picture takes the place of what a browser draws: these tests are about notebooks.
vi.mock("../../lib/export/browser.js", async (original) => ({
  ...(await original<typeof import("../../lib/export/browser.js")>()),
  findBrowser: () => undefined,
}));

let folder: string;
let site: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paper-odd-"));
  site = join(folder, "a", "b", "site");
  mkdirSync(site, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const bibliography = readBibliography();
const dot = (format: "png" | "jpeg") =>
  sharp({ create: { width: 2, height: 2, channels: 3, background: "red" } })
    .toFormat(format)
    .toBuffer()
    .then((bytes) => bytes.toString("base64"));

const provenance: Provenance = {
  notebook: "00-odd.ipynb",
  commit: "1",
  again: "again",
  scratch: () => "scratch",
};

async function articleOf(cells: NotebookCell[], stem = "00-odd") {
  const source = readSource(writeNotebook(join(folder, "notebooks"), stem, cells));
  return renderArticle(source, {
    site,
    bibliography,
    glossary: noGlossary,
    pageOf: () => undefined,
    provenance,
    rowsOf: async ({ figure }) => drawnRows(figure),
  });
}

const title = markdownCell("# Overview · Odd");
const plotly = "application/vnd.plotly.v1+json";

test("the name of a figure in a notebook's file is the name of a file in the site, and no way out of it", async () => {
  const png = await dot("png");
  const names = [
    "x/../../..",
    "../../../../evil",
    "/etc/passwd",
    "C:\\evil",
    "..",
    "",
    "a\u0000b",
    "é",
    "x".repeat(300),
  ];
  const article = await articleOf([
    title,
    ...names.map((figure, index) =>
      executed("f()", index + 1, [
        show(
          { [plotly]: { data: [], layout: {} }, "image/png": png },
          { [originKey]: { hypothesis: "h01", figure, runs: [] } },
        ),
      ]),
    ),
  ]);
  const written = readdirSync(site, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(written).toHaveLength(4 * names.length);
  for (const { name } of written)
    expect(name).toMatch(/^00-odd-[a-z\d-]+(\.csv|\.json|\.plotly\.json|\.png)$/);
  expect(new Set(article.figures.map(({ name }) => name)).size).toBe(names.length);
  // Nothing appeared anywhere else.
  expect(readdirSync(folder).sort()).toEqual(["a", "notebooks"]);
  expect(readdirSync(join(folder, "a", "b"))).toEqual(["site"]);
});

test("outputs of other programs are drawn as JupyterLab draws them", async () => {
  const { body, warnings } = await articleOf([
    title,
    executed("f()", 1, [
      show({ "image/jpeg": await dot("jpeg"), "text/plain": "a dot" }),
      show({ "image/png": [await dot("png"), "\n"] }),
      show({ "image/svg+xml": ["<svg xmlns='http://www.w3.org/2000/svg' width='4' height='4'>", "</svg>"] }),
      show({ "text/latex": "$\\displaystyle x^2$" }),
      show({ "text/html": "<table><tr><td>cell</td></tr></table><script>x()</script>" }),
      { output_type: "stream", text: ["\u001b[1;31mred\u001b[0m <b>\n", "10 %\r20 %\r100 %\n"] },
      { output_type: "execute_result", data: { "text/plain": "42" }, metadata: {} },
      show({ "application/vnd.jupyter.widget-view+json": { model_id: "x" }, "text/plain": "IntSlider()" }),
    ]),
  ]);
  const { text } = body;
  expect(text).toMatch(/<img src="pictures\/[\da-f]+\.jpg" width="2" height="2" loading="lazy" alt="a dot">/);
  expect(text).toMatch(/<img src="pictures\/[\da-f]+\.png"/);
  expect(text).toContain('<img src="data:image/svg+xml;base64,');
  expect(text).toContain('class="katex"');
  expect(text).toContain("<td>cell</td>");
  expect(text).toContain('<span class="ansi-red-fg ansi-bold">red</span> &lt;b&gt;\n100 %');
  expect(text).toContain("IntSlider()");
  expect([...warnings]).toEqual([
    "00-odd.ipynb, cell 1: <script> is left out.",
    "00-odd.ipynb, cell 1: an output of type application/vnd.jupyter.widget-view+json is not drawn; its plain text stands there.",
  ]);
});

test("comments of a shell block stay, title and references go", async () => {
  const { body, headings } = await articleOf([
    markdownCell("```sh\n# not the title\nls\n```\n\n# Overview · Odd\n\nText."),
    markdownCell(
      "```sh\n# the first comment\nnpm run lab\n# the second\n```\n\n```md\n## References\n```\n\n## References\n\n- [It](https://arxiv.org/abs/1412.6980)\n\n## After",
    ),
  ]);
  const words = body.text.replace(/<[^>]+>/g, "");
  for (const kept of ["# not the title", "# the first comment", "# the second", "## References"])
    expect(words).toContain(kept);
  expect(words).not.toContain("Overview · Odd");
  expect(headings.map(({ text }) => text)).toEqual(["After"]);
  expect(body.text).toContain('id="ref-kingma2015adam"');
});

test("a figure of Plotly for Python is a figure, its numbers too", async () => {
  const y = Buffer.from(new Float64Array([1.5, 2.5]).buffer).toString("base64");
  const figure = {
    data: [{ x: [1, 2], y: { dtype: "f8", bdata: y } }],
    layout: { title: "A <i>plain</i> title, 1 < 2" },
  };
  const { figures } = await articleOf([
    title,
    executed("f()", 1, [show({ [plotly]: figure, "image/png": await dot("png") })]),
  ]);
  expect(figures[0]!.title).toBe("A plain title, 1 < 2");
  expect(readFileSync(join(site, "figures/00-odd-figure-1.csv"), "utf8")).toBe(
    "x,measure,value,unit\n1,y,1.5,\n2,y,2.5,\n",
  );
});

test("what is no notebook says where and what to do", () => {
  const path = join(folder, "x.ipynb");
  const whole = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [title] as unknown[] };
  const read = (file: unknown) => () => {
    writeFileSync(path, typeof file === "string" ? file : JSON.stringify(file));
    readSource(path);
  };
  for (const file of ["null", "[]", "3", '"x"', "{", "", { ...whole, cells: {} }, { ...whole, nbformat: 3 }])
    expect(read(file), JSON.stringify(file)).toThrow(UserError);
  expect(read({ ...whole, cells: [title, { cell_type: "markdown", source: 7 }] })).toThrow(
    /at cells\[1\]\.source/,
  );
  for (const cell of [
    null,
    1,
    {},
    { cell_type: "code", source: "x", outputs: {} },
    { cell_type: "code", source: "x", outputs: [null] },
  ])
    expect(read({ ...whole, cells: [title, cell] }), JSON.stringify(cell)).toThrow(/at cells\[1\]/);
});

test("pages that would be one file are refused by name", async () => {
  const write = (name: string, where = "notebooks") => writeNotebook(join(folder, where), name, [title]);
  const build = (...notebooks: string[]) => buildPaper({ notebooks, out: join(folder, "out"), live: false });
  await expect(build(write("index"))).rejects.toThrow(/page of index\.ipynb would be that of the contents/);
  await expect(build(write("Appendix"))).rejects.toThrow(/would be that of the appendix/);
  await expect(build(write("one"), write("one", "others"))).rejects.toThrow(/would be that of one\.ipynb/);
});

/** Anything that nbformat 4 allows in a notebook that has run. */
const lines = fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 3 }));
const markdownText = fc.oneof(
  lines,
  fc.constantFrom(
    "# Title",
    "",
    "$x$",
    "![a](attachment:a.png)",
    "<b>",
    "| a |\n|---|",
    "- [ ] x",
    "[^1]: y",
    "```",
    "\r\n# x\r",
  ),
);
const mime = fc.constantFrom(
  ...["text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/jpeg", "image/svg+xml"],
  ...["application/json", "application/javascript", plotly, tableMimeType, "x/y"],
);
const bundle = fc.dictionary(mime, fc.oneof(lines, fc.jsonValue()), { maxKeys: 3 });
const metadata = fc.oneof(
  fc.constant({}),
  fc.record({
    [originKey]: fc.oneof(fc.jsonValue(), fc.record({ runs: fc.jsonValue(), verdict: fc.jsonValue() })),
  }),
);
const output = fc.oneof(
  fc.record({ output_type: fc.constant("stream"), name: fc.constant("stdout"), text: lines }),
  fc.record({ output_type: fc.constantFrom("display_data", "execute_result"), data: bundle, metadata }),
  fc.record({ output_type: fc.constant("update_display_data") }),
);
const cell = fc.oneof(
  fc.record({
    cell_type: fc.constantFrom("markdown", "raw", "unknown"),
    source: markdownText,
    metadata: fc.constant({}),
  }),
  fc.record({
    cell_type: fc.constant("markdown"),
    source: markdownText,
    attachments: fc.dictionary(
      fc.constantFrom("a.png", "b"),
      fc.dictionary(mime, fc.jsonValue(), { maxKeys: 1 }),
    ),
  }),
  fc.record({ cell_type: fc.constant("code"), source: lines, outputs: fc.array(output, { maxLength: 3 }) }),
  fc.record({ cell_type: fc.constant("code"), source: fc.constant(""), execution_count: fc.constant(null) }),
);

test("any notebook of the format becomes a page, or an error that says what to do", async () => {
  let pages = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(cell, { maxLength: 5 }), async (cells) => {
      const counted = [title, ...cells].map((one, index) =>
        one.cell_type === "code" ? { execution_count: index, ...one } : one,
      );
      try {
        await articleOf(counted as NotebookCell[]);
        pages++;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
      }
    }),
    { numRuns: 150 },
  );
  expect(pages).toBeGreaterThan(50);
});
