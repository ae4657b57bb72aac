import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Element, Nodes, Root } from "hast";
import { fromHtml } from "hast-util-from-html";
import { toHtml } from "hast-util-to-html";
import { launchBrowser } from "../export/browser.js";
import { siteTitle } from "./shell.js";

/**
 * Prints all pages of a site as one PDF, a chapter each, with page numbers, bookmarks and links that stay inside it. Throws
 * `UserError` where there is no browser to print with.
 *
 * @param pages the site's addresses in the order of the chapters
 */
export async function printSite(folder: string, pages: readonly string[], path: string): Promise<void> {
  const whole = join(folder, "whole-paper.html");
  await writeFile(whole, await wholePaper(folder, pages));
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(printPatience);
    await page.goto(pathToFileURL(whole).href, { waitUntil: "load", timeout: printPatience });
    await page.pdf({
      path,
      ...{ format: "A4", printBackground: true, outline: true, tagged: true, displayHeaderFooter: true },
      margin: { top: "18mm", bottom: "20mm", left: "17mm", right: "17mm" },
      headerTemplate: "<span></span>",
      footerTemplate:
        '<p style="width:100%;text-align:center;font:8pt sans-serif;margin:0"><span class="pageNumber"></span></p>',
    });
  } finally {
    await browser.close();
  }
}

/** Milliseconds: several hundred pictures are decoded first. */
const printPatience = 600_000;

/** All pages' texts below each other; a name that two pages have is told apart by its page. */
export async function wholePaper(folder: string, pages: readonly string[]): Promise<string> {
  const chapters: string[] = [];
  for (const name of pages) {
    const tree = fromHtml(await readFile(join(folder, decodeURIComponent(name)), "utf8"));
    const main = found(tree, ({ tagName }) => tagName === "main");
    if (!main) continue;
    visit(main, (element) => ownNames(element, name, pages));
    chapters.push(`<section class="chapter" id="${chapterId(name)}">${toHtml(main.children)}</section>`);
  }
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${siteTitle}</title>
<link rel="stylesheet" href="assets/katex.min.css"><link rel="stylesheet" href="assets/style.css"></head>
<body><main class="whole">${chapters.join("\n")}</main></body></html>
`;
}

const chapterId = (page: string): string => `page-${page.replace(/\.html$/, "").replace(/[^\w-]/g, "-")}`;

function ownNames(element: Element, page: string, pages: readonly string[]): void {
  const { properties, tagName } = element;
  const own = (id: string) => `${chapterId(page)}-${id}`;
  if (typeof properties.id === "string") properties.id = own(properties.id);
  for (const key of ["ariaLabelledBy", "ariaDescribedBy"] as const) {
    const value = properties[key];
    if (value !== undefined) properties[key] = [value].flat().map((id) => own(String(id)));
  }
  if (tagName === "img") properties.loading = "eager";
  if (tagName === "details" && [properties.className].flat().includes("fold")) properties.open = true;
  if (tagName !== "a" || typeof properties.href !== "string") return;
  const [to = "", fragment] = properties.href.split("#") as [string, string?];
  if (to !== "" && !pages.includes(to)) return;
  const target = chapterId(to === "" ? page : to);
  properties.href = `#${fragment ? `${target}-${fragment}` : target}`;
}

function visit(node: Nodes, each: (element: Element) => void): void {
  if (node.type === "element") each(node);
  if ("children" in node) for (const child of node.children) visit(child, each);
}

function found(tree: Root, holds: (element: Element) => boolean): Element | undefined {
  let result: Element | undefined;
  visit(tree, (element) => {
    if (holds(element)) result ??= element;
  });
  return result;
}
