import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { UserError } from "../errors.js";
import { openSite } from "./open.js";

/** What a reader would stumble over in a page, found in a real browser. */
export interface PageReport {
  /** "01-regularization.html" */
  page: string;
  /** Each in a line; none where all is well. */
  problems: string[];
  /** What is loaded before the reader scrolls. */
  bytes: number;
  /** Figures that drew when they were scrolled to. */
  figures: number;
}

export interface CheckOptions {
  /** The site's pages, as `buildPaper` returns them. */
  pages: readonly string[];
  print?: (line: string) => void;
}

/** Pages may weigh this much before they are scrolled. */
export const mostBytes = 3_000_000;

/**
 * Opens every page of a site in Chromium and throws `UserError` that lists what is wrong: errors in the console, failed
 * requests, requests to other machines, figures that do not draw, dead links, weight, and what axe finds about contrast,
 * names and keyboard; and, in a wide window and on a phone, parts that are cut or leave their column, and tables that do not
 * say that they go on.
 */
export async function checkSite(folder: string, { pages, print = () => {} }: CheckOptions): Promise<void> {
  const { address, browser, close } = await openSite(folder);
  try {
    const problems: string[] = [];
    for (const page of pages) {
      const report = await checkPage(browser, address, page);
      print(
        `${page}: ${report.figures} figures drawn, ${(report.bytes / 1e6).toFixed(2)} MB before scrolling`,
      );
      for (const problem of report.problems) problems.push(`${page}: ${problem}`);
    }
    problems.push(...(await deadLinks(browser, address, pages)));
    if (problems.length > 0)
      throw new UserError(`The site has ${problems.length} problems: ${problems.join("; ")}`);
    print(`${pages.length} pages checked: no problems.`);
  } finally {
    await close();
  }
}

/** Loads a page in a fresh window, then scrolls through it, in the light and the dark theme, and narrows the window. */
export async function checkPage(browser: Browser, address: string, name: string): Promise<PageReport> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const problems: string[] = [];
  let bytes = 0;
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", ({ message }) => problems.push(`script: ${message}`));
  page.on("requestfailed", (request) => problems.push(`request failed: ${request.url()}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !/^(data|blob):/.test(request.url()))
      problems.push(`request to another machine: ${request.url()}`);
  });
  page.on("response", async (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} for ${response.url()}`);
    bytes += (await response.body().catch(() => Buffer.alloc(0))).length;
  });
  try {
    await page.goto(address + name, { waitUntil: "networkidle" });
    const loaded = bytes;
    if (loaded > mostBytes) problems.push(`${(loaded / 1e6).toFixed(1)} MB are loaded before it is scrolled`);
    const figures = await drawAllFigures(page, problems);
    problems.push(...(await layoutProblems(page)));
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      problems.push(...(await accessibilityProblems(page)).map((text) => `${text} (${colorScheme} theme)`));
    }
    await fitPhone(page, problems);
    return { page: name, problems, bytes: loaded, figures };
  } finally {
    await page.close();
  }
}

async function drawAllFigures(page: Page, problems: string[]): Promise<number> {
  const stages = page.locator(".figure-stage[data-figure]");
  const count = await stages.count();
  // Figures wait for a sign of the reader.
  await page.mouse.move(10, 10);
  for (let index = 0; index < count; index++) {
    const stage = stages.nth(index);
    await stage.scrollIntoViewIfNeeded();
    await stage
      .locator(".main-svg")
      .first()
      .waitFor({ timeout: 60_000 })
      .catch(() => problems.push(`figure ${index + 1} did not draw`));
  }
  return count;
}

/** Figures that are there are drawn anew in a narrow window. */
async function fitPhone(page: Page, problems: string[]): Promise<void> {
  await page.setViewportSize({ width: 390, height: 800 });
  const drawn = () =>
    [...document.querySelectorAll<HTMLElement>(".figure-stage.drawn")].every(
      ({ style }) => style.getPropertyValue("--narrow-height") !== "",
    );
  await page
    .waitForFunction(drawn, undefined, { timeout: 60_000 })
    .catch(() => problems.push("a figure did not draw on a phone"));
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (excess > 0) problems.push(`${excess} pixels wider than a phone`);
  problems.push(...(await layoutProblems(page)).map((text) => `${text} (phone)`));
}

/** Parts of a page's text that are cut off or leave their column, and tables with columns out of sight that do not say so. */
const layoutProblems = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const main = document.querySelector("main");
    if (!main) return [];
    const right = main.getBoundingClientRect().right;
    const named = (element: Element) => {
      const classes = [...element.classList].map((name) => `.${name}`).join("");
      return `<${element.tagName.toLowerCase()}${classes}> "${element.textContent?.trim().slice(0, 40)}"`;
    };
    const overflow = (element: Element) => getComputedStyle(element).overflowX;
    const isInScroller = (element: Element): boolean => {
      const parent = element.parentElement;
      return (
        parent !== null && parent !== main && (/auto|scroll/.test(overflow(parent)) || isInScroller(parent))
      );
    };
    const found: string[] = [];
    for (const element of main.querySelectorAll<HTMLElement>("*")) {
      // Formulas and plots place their parts by themselves.
      if (!element.checkVisibility() || element.closest(".katex, .plot, svg, .figure-stage")) continue;
      if (/hidden|clip/.test(overflow(element)) && element.scrollWidth > element.clientWidth + 1)
        found.push(`${named(element)} is cut off`);
      // What scrolls may be wider.
      if (element.getBoundingClientRect().right > right + 1 && !isInScroller(element))
        found.push(`${named(element)} leaves its column`);
    }
    for (const place of main.querySelectorAll<HTMLElement>(".table-scroll")) {
      if (!place.checkVisibility() || place.scrollWidth <= place.clientWidth + 1) continue;
      const hint = place.previousElementSibling as HTMLElement | null;
      if (!hint?.matches(".scroll-hint") || hint.hidden)
        found.push(`${named(place)} does not say that it goes on`);
    }
    return found;
  });

async function accessibilityProblems(page: Page): Promise<string[]> {
  const require = createRequire(import.meta.url);
  let source: string;
  try {
    source = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
  } catch (error) {
    throw new UserError("Checking pages needs axe-core, which is not installed. Install it: npm ci", {
      cause: error,
    });
  }
  await page.evaluate(source);
  return page.evaluate(async () => {
    interface Axe {
      run(
        context: unknown,
      ): Promise<{ violations: { id: string; help: string; nodes: { html: string }[] }[] }>;
    }
    const { axe } = globalThis as unknown as { axe: Axe };
    // Plotly's own marks are pictures with a caption; their insides are not the page's text.
    const { violations } = await axe.run({ exclude: [".plot"] });
    return violations.map(
      ({ id, help, nodes }) => `${id}: ${help}, ${nodes.length} times, first ${nodes[0]?.html.slice(0, 160)}`,
    );
  });
}

/** Links within the site whose page or fragment is not there. */
export async function deadLinks(
  browser: Browser,
  address: string,
  pages: readonly string[],
): Promise<string[]> {
  const page = await browser.newPage({ javaScriptEnabled: true });
  const ids = new Map<string, Set<string>>();
  const links: { from: string; to: string }[] = [];
  for (const name of pages) {
    await page.goto(address + name);
    const found = await page.evaluate(() => ({
      ids: [...document.querySelectorAll("[id]")].map(({ id }) => id),
      links: [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map(({ href }) => href),
    }));
    ids.set(name, new Set(found.ids));
    links.push(...found.links.map((to) => ({ from: name, to })));
  }
  const problems: string[] = [];
  for (const { from, to } of links) {
    if (!to.startsWith(address)) continue;
    const [path = "", fragment] = to.slice(address.length).split("#");
    const name = path === "" ? "index.html" : path;
    const known = ids.get(name);
    if (known ? fragment && !known.has(decodeURIComponent(fragment)) : !(await answers(page, to)))
      problems.push(`${from}: link to ${to.slice(address.length)} leads nowhere`);
  }
  await page.close();
  return [...new Set(problems)];
}

const answers = async (page: Page, url: string): Promise<boolean> => (await page.request.head(url)).ok();
