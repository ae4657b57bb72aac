import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { wholePaper } from "../../lib/paper/print.js";

const folder = mkdtempSync(join(tmpdir(), "whole-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("pages become chapters of one document, whose links stay inside it", async () => {
  const page = (main: string) => `<!doctype html><body><nav id="text">bar</nav><main>${main}</main></body>`;
  writeFileSync(join(folder, "index.html"), page('<h1 id="top">A</h1><a href="01-x.html#fig-1">f</a>'));
  writeFileSync(
    join(folder, "01-x.html"),
    page(
      '<h1 id="top">B</h1><img id="fig-1" src="a.svg" loading="lazy"><a href="#top">up</a><a href="index.html">home</a><a href="figures/a.csv">csv</a><a href="https://example.org/#top">out</a><details class="fold"><summary>s</summary></details>',
    ),
  );
  const text = await wholePaper(folder, ["index.html", "01-x.html"]);
  expect(text).not.toContain("bar");
  const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids).toEqual(["page-index", "page-index-top", "page-01-x", "page-01-x-top", "page-01-x-fig-1"]);
  const links = [...text.matchAll(/<a href="([^"]+)"/g)].map(([, href]) => href);
  expect(links).toEqual([
    "#page-01-x-fig-1",
    "#page-01-x-top",
    "#page-index",
    "figures/a.csv",
    "https://example.org/#top",
  ]);
  // Paper has nothing to scroll and nothing to press.
  expect(text).toContain('loading="eager"');
  expect(text).toMatch(/<details class="fold" open>/);
});
