import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { looksLikePaper, readBibliography } from "../../lib/paper/bibliography.js";

test("the project's entries are complete and found by the ways a paper is linked", () => {
  const { references, find } = readBibliography();
  expect(references.length).toBeGreaterThan(20);
  expect(new Set(references.map(({ key }) => key)).size).toBe(references.length);
  expect(new Set(references.map(({ url }) => url)).size).toBe(references.length);
  for (const { bibtex, key } of references) expect(bibtex.endsWith("}"), key).toBe(true);
  for (const url of [
    "https://arxiv.org/abs/1412.6980",
    "http://www.arxiv.org/abs/1412.6980v9",
    "https://arxiv.org/pdf/1412.6980.pdf",
    "https://arxiv.org/abs/1412.6980/",
  ])
    expect(find(url)?.key, url).toBe("kingma2015adam");
  expect(find("https://openreview.net/forum?id=ryQu7f-RZ")?.key).toBe("reddi2018convergence");
  expect(find("https://arxiv.org/abs/9999.99999")).toBeUndefined();
});

test("a reference gives authors, title, place and year, accents and all", () => {
  const { find } = readBibliography();
  const text = (url: string) => find(url)?.text.text.replace(/<[^>]+>/g, "");
  expect(text("https://doi.org/10.2307/2281868")).toBe(
    "E. L. Kaplan and P. Meier. Nonparametric Estimation from Incomplete Observations. Journal of the American Statistical Association 53(282): 457–481, 1958.",
  );
  expect(text("https://arxiv.org/abs/1706.02677")).toMatch(/^P\. Goyal, P\. Dollár, .* and 3 others\./);
  expect(text("https://arxiv.org/abs/1706.05350")).toMatch(/^T\. van Laarhoven\./);
});

test("an entry without what a reader needs is named", () => {
  const folder = mkdtempSync(join(tmpdir(), "bibliography-"));
  const path = join(folder, "references.bib");
  writeFileSync(path, "@misc{bare,\n  author = {One, A.},\n  title = {On Nothing}\n}\n");
  expect(() => readBibliography(path)).toThrow(/entry bare has no year and url/i);
  rmSync(folder, { recursive: true });
  expect(() => readBibliography(path)).toThrow(/cannot be read/);
});

test("links to libraries of papers are told from others", () => {
  expect(looksLikePaper("https://arxiv.org/abs/1234.56789")).toBe(true);
  expect(looksLikePaper("https://github.com/arxiv.org/")).toBe(false);
});
