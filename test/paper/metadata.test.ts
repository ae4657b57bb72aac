import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Nodes } from "hast";
import { fromHtml } from "hast-util-from-html";
import { expect, test } from "vitest";
import { UserError } from "../../lib/errors.js";
import { readBibliography } from "../../lib/paper/bibliography.js";
import { buildPaper } from "../../lib/paper/build.js";
import { metadata, readCitation, sitemap } from "../../lib/paper/metadata.js";

const [paper] = readBibliography().references;
const about = { citation: readCitation(), paper, base: "https://example.org/paper/" };
const hostile = { title: '</script><script>"&', description: '"><img src=x>', address: "my%20page.html" };

/** Names and contents of a head's elements, as a parser reads them. */
function read(html: string) {
  const found: [string, string][] = [];
  const visit = (node: Nodes) => {
    if (node.type === "element") {
      const { name, property, rel, content, href } = node.properties;
      found.push([String(property ?? name ?? rel ?? node.tagName), String(content ?? href ?? "")]);
      const [text] = node.children;
      if (node.tagName === "script" && text?.type === "text") found.push(["json", text.value]);
    }
    if ("children" in node) node.children.forEach(visit);
  };
  visit(fromHtml(html, { fragment: true }));
  return found;
}

test("a page tells tools its title, authors, address and the paper it tests, whatever its title holds", () => {
  const found = read(metadata({ ...hostile, image: "figures/a.png" }, about).text);
  const all = new Map(found);
  expect(all.get("citation_title")).toBe(hostile.title);
  expect(all.get("og:title")).toBe(hostile.title);
  expect(all.get("og:description")).toBe(hostile.description);
  expect(all.get("og:image")).toBe("https://example.org/paper/figures/a.png");
  expect(all.get("canonical")).toBe("https://example.org/paper/my%20page.html");
  expect(all.get("citation_author")).toBe(about.citation.authors[0]);
  expect(all.get("citation_reference")).toContain("citation_title=On Implicit Filter Level Sparsity");
  const linked = JSON.parse(all.get("json")!);
  expect(linked).toMatchObject({ headline: hostile.title, url: "https://example.org/paper/my%20page.html" });
  expect(linked.isBasedOn).toMatchObject({ datePublished: "2019", url: paper!.url });
  expect(found.filter(([name]) => name === "script" || name === "img")).toHaveLength(1);
});

test("a site without an address on the web claims none", () => {
  const { text } = metadata({ ...hostile, image: "figures/a.png" }, { ...about, base: undefined });
  expect(text).not.toMatch(/canonical|og:url|og:image|citation_public_url|example\.org/);
});

test("the sitemap lists every page, the contents as the site's own address", () => {
  const text = sitemap(["index.html", "caf%C3%A9.html"], "https://example.org/a&b/");
  expect([...text.matchAll(/<loc>(.*?)<\/loc>/g)].map(([, address]) => address)).toEqual([
    "https://example.org/a&amp;b/",
    "https://example.org/a&amp;b/caf%C3%A9.html",
  ]);
});

test("an address that is none is refused before anything is read", async () => {
  for (const base of ["example.org", "ftp://example.org", "/paper", "https://example.org/?x", ""])
    await expect(buildPaper({ base, notebooks: ["none.ipynb"] }), base).rejects.toThrow(
      /no address of a site/,
    );
});

test("a citation file without authors is named", () => {
  const folder = mkdtempSync(join(tmpdir(), "citation-"));
  const path = join(folder, "CITATION.cff");
  for (const text of ["title: x\n", "title: x\nauthors: []\n", "a: [", ""]) {
    writeFileSync(path, text);
    expect(() => readCitation(path), text).toThrow(UserError);
  }
  writeFileSync(path, "title: x\nauthors:\n  - name: A\n  - given-names: B\n    family-names: C\n");
  expect(readCitation(path).authors).toEqual(["A", "B C"]);
  rmSync(folder, { recursive: true });
});
