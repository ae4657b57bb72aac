import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { UsageError, UserError } from "../../lib/errors.js";
import { browserHint, findBrowser } from "../../lib/export/browser.js";
import { buildPaper } from "../../lib/paper/build.js";
import { checkPage, deadLinks, mostBytes } from "../../lib/paper/check.js";
import { type OpenSite, openSite } from "../../lib/paper/open.js";
import { projectRoot } from "../../lib/paths.js";
import { saveRun } from "../../lib/runs/save.js";
import { codeCell, markdownCell } from "../notebook/notebook-file.js";
import { madeUpStudy } from "../support/made-up-runs.js";
import { optional } from "../support/optional.js";
import { cellsOf, writeNotebook } from "./executed-notebook.js";

const executablePath = findBrowser();
/** A browser that shares its cores with other work takes its time. */
const patience = 240_000;
const withChromium = optional("pages of the paper", executablePath !== undefined, browserHint);

describe.skipIf(executablePath === undefined)("the paper's site", () => {
  const folder = mkdtempSync(join(tmpdir(), "paper-site-"));
  const out = join(folder, "site");
  let notebooks: string[];
  let built: Awaited<ReturnType<typeof buildPaper>>;
  let browser: Browser;
  let close: OpenSite["close"] | undefined;
  let address: string;

  beforeAll(async () => {
    vi.stubEnv("FILTER_SPARSITY_RUNS", join(folder, "runs"));
    const arms = madeUpStudy({ seeds: [1, 2] });
    for (const { runs } of arms) for (const run of runs) await saveRun(run);
    // Two runs of H1 that are on record: Adam without a penalty, and with L2 3e-4.
    for (const id of ["d90edcfda880", "3ed2b1164301"])
      cpSync(join(projectRoot, "data/runs", id), join(folder, "runs", id), { recursive: true });
    notebooks = [
      writeNotebook(folder, "00-overview", [
        markdownCell(
          "# What dead filters are\n\nThe first question is in [01](01-regularization.ipynb), more in [a draft](21%20caf%C3%A9.ipynb#In-short).",
        ),
        markdownCell(
          `An arm and other arms.\n\n|${"A long head|".repeat(7)}\n|${"---|".repeat(7)}\n${`|${"1234.5 ± 6.7|".repeat(7)}\n`.repeat(2)}`,
        ),
      ]),
      writeNotebook(folder, "01-regularization", cellsOf(arms)),
      writeNotebook(folder, "21 café", [
        markdownCell("# A draft\n\n## In short\n\nSee [H1](01-regularization.ipynb#The-arms)."),
      ]),
    ];
    built = await buildPaper({ notebooks, out, live: false, base: "https://example.org/paper" });
    ({ address, browser, close } = await openSite(out));
  }, patience);

  afterAll(async () => {
    await close?.();
    rmSync(folder, { recursive: true, force: true });
    vi.unstubAllEnvs();
  });

  withChromium(
    "every page loads, draws its figures and can be used by all",
    async () => {
      expect(built.pages).toEqual([
        "index.html",
        "00-overview.html",
        "01-regularization.html",
        "21%20caf%C3%A9.html",
        "appendix.html",
      ]);
      for (const name of built.pages) {
        const { problems, bytes, figures } = await checkPage(browser, address, name);
        expect(problems, name).toEqual([]);
        expect(bytes).toBeLessThan(mostBytes);
        expect(figures).toBe(name === "01-regularization.html" ? 2 : 0);
      }
      expect(await deadLinks(browser, address, built.pages)).toEqual([]);
    },
    patience,
  );

  withChromium("the first page plays two runs of the records, filter by filter", async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
    await page.goto(address);
    const dead = () =>
      page
        .locator(".opening-run span")
        .allTextContents()
        .then((texts) => texts.map(Number.parseFloat));
    // Plays by itself, from the first probe to the last.
    await page.locator(".opening-controls button", { hasText: "Play" }).waitFor();
    const [plain, penalized] = await dead();
    expect(penalized).toBeGreaterThan(150);
    expect(plain).toBeLessThan(5);
    await page.locator(".opening-controls input").fill("0");
    for (const count of await dead()) expect(count).toBeLessThan(5);
    expect(await page.locator(".scope").textContent()).toContain("All of this is small");
    await page.close();
  });

  withChromium("the check finds what is wrong", async () => {
    writeFileSync(
      join(out, "wrong.html"),
      '<!doctype html><title>x</title><main style="width:300px"><p style="overflow:hidden;white-space:nowrap">words that are cut off since there is no room for all of them</p><div class="table-scroll" style="overflow:auto"><table><tr><td style="min-width:900px">wide</td></tr></table></div><b style="display:block;width:400px">too wide</b></main><h1 style="color:#ddd;background:#fff">pale</h1><img src="none.png"><a href="index.html#none">x</a><script>nothing()</script>',
    );
    const { problems } = await checkPage(browser, address, "wrong.html");
    const all = problems.join("\n");
    for (const wanted of [
      "color-contrast",
      "image-alt",
      "nothing is not defined",
      "404 for",
      "html-has-lang",
      '<p> "words that are cut off since there is no" is cut off',
      '<b> "too wide" leaves its column',
      '<div.table-scroll> "wide" does not say that it goes on',
    ])
      expect(all).toContain(wanted);
    expect(await deadLinks(browser, address, ["wrong.html", "index.html"])).toEqual([
      "wrong.html: link to index.html#none leads nowhere",
    ]);
    rmSync(join(out, "wrong.html"));
  });

  withChromium(
    "hovering a mark tells its value; citations and code answer to mouse and keyboard",
    async () => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await page.goto(`${address}01-regularization.html`);
      // Nothing large before the reader does anything.
      expect(await page.locator(".main-svg").count()).toBe(0);
      await page.locator("a.cite").first().focus();
      await page.locator(".card", { hasText: "On Implicit Filter Level Sparsity" }).waitFor();
      await page.keyboard.press("Escape");
      expect(await page.locator(".card").isVisible()).toBe(false);
      await page.locator("summary", { hasText: "The arms" }).click();
      await page.locator("a.cite").nth(1).hover();
      await page.locator(".card", { hasText: "Adam: A Method" }).waitFor();

      const stage = page.locator(".figure-stage").first();
      await stage.scrollIntoViewIfNeeded();
      await stage.locator(".scatterlayer .point").last().waitFor({ state: "attached" });
      await stage.locator(".scatterlayer .point").first().hover({ force: true });
      await stage.locator(".hoverlayer .hovertext").first().waitFor();

      expect(await page.locator("#cell-3").getAttribute("open")).toBeNull();
      await page.locator(".origin summary").first().press("Enter");
      await page.locator('.origin a[href="#cell-3"]').first().press("Enter");
      await page.locator("#cell-3[open]").waitFor();
      await page.locator("#theme-switch").press("Enter");
      expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
      await page.reload();
      expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
      await page.close();
    },
  );

  withChromium("fits a phone, and prints pictures rather than plots", async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
    for (const name of built.pages) {
      await page.goto(address + name);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, `${name} is wider than a phone`).toBeLessThanOrEqual(0);
    }
    await page.goto(`${address}01-regularization.html`);
    await page.mouse.wheel(0, 100);
    await page.locator(".figure-stage").first().scrollIntoViewIfNeeded();
    const stage = page.locator(".figure-stage.drawn").first();
    await stage.waitFor();
    const sizes = () =>
      stage.evaluate((element) => ({
        frame: element.parentElement!.clientWidth,
        content: element.parentElement!.scrollWidth,
        // Left edges of the panels: one below the other.
        edges: new Set(
          [...element.querySelectorAll(".cartesianlayer > .subplot")].map((panel) =>
            Math.round(panel.getBoundingClientRect().left),
          ),
        ).size,
      }));
    const phone = await sizes();
    expect(phone.content, "nothing is cut off").toBe(phone.frame);
    const expectPictures = async () => {
      await page.emulateMedia({ media: "print" });
      expect(await page.locator(".figure-stage img").first().isVisible()).toBe(true);
      expect(await page.locator(".figure-stage .plot").first().isVisible()).toBe(false);
      expect(await page.locator(".bar").isVisible()).toBe(false);
      await page.emulateMedia({ media: "screen" });
    };
    await expectPictures();
    await page.setViewportSize({ width: 1280, height: 800 });
    await expect.poll(async () => (await sizes()).edges).toBe(2);
    expect(phone.edges).toBe(1);
    await expectPictures();
    await page.close();
  });

  withChromium("the search finds sections of all pages, on a served page and from disk", async () => {
    for (const start of [address, pathToFileURL(`${out}/`).href]) {
      const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
      const problems: string[] = [];
      page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
      page.on("pageerror", ({ message }) => problems.push(message));
      await page.goto(`${start}00-overview.html`);
      expect(await page.locator("dialog.search").count()).toBe(0);
      await page.keyboard.press("/");
      const field = page.locator("dialog.search input");
      await field.fill("What they die of nowhere");
      await page.locator("dialog.search [role=status]", { hasText: "Nothing is found" }).waitFor();
      // A word of another page, begun.
      await field.fill("penal");
      const first = page.locator("dialog.search li").first();
      await first.locator("a", { hasText: "More penalty" }).waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL("**/01-regularization.html#more-penalty");
      expect(problems, start).toEqual([]);
      await page.close();
    }
  });

  withChromium("what repeats is folded, and a link into it unfolds it", async () => {
    const page = await browser.newPage();
    await page.goto(`${address}01-regularization.html`);
    const table = page.locator("#table-1");
    expect(await table.isVisible()).toBe(false);
    await page.locator("summary", { hasText: "The arms" }).click();
    expect(await table.isVisible()).toBe(true);
    await page.goto(`${address}appendix.html`);
    await page.goto(`${address}01-regularization.html#table-1`);
    await table.waitFor({ state: "visible" });
    // On paper nothing is folded.
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    expect(await page.locator("details.fold:not([open])").count()).toBe(0);
    await page.close();
  });

  withChromium("a table wider than a phone says how many columns are out of sight", async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
    await page.goto(`${address}00-overview.html`);
    const hint = page.locator(".scroll-hint").first();
    await expect.poll(() => hint.textContent()).toMatch(/^Scroll for \d more columns →$/);
    const place = page.locator(".table-scroll").first();
    await place.evaluate((element) => element.scrollTo(element.scrollWidth, 0));
    await expect.poll(() => hint.textContent()).toBe("← Scroll back for the first columns");
    expect(await place.locator("th").last().isVisible()).toBe(true);
    // Its heads sort, and show it.
    const sign = await place
      .locator("th button > span")
      .first()
      .evaluate((element) => getComputedStyle(element, "::after").content);
    expect(sign).toContain("↕");
    await page.setViewportSize({ width: 1280, height: 800 });
    await expect.poll(() => hint.isVisible()).toBe(false);
    await page.close();
  });

  withChromium("a term of the glossary tells its meaning when it is reached", async () => {
    const page = await browser.newPage();
    await page.goto(`${address}00-overview.html`);
    const term = page.locator("a.term").first();
    expect(await page.locator("a.term", { hasText: /^arms?$/ }).count()).toBe(1);
    await term.focus();
    await page.locator(".card", { hasText: "arm: one setting" }).waitFor();
    expect(await term.getAttribute("href")).toBe("appendix.html#term-arm");
    await page.close();
  });

  withChromium("nothing but the site's own scripts runs, and tools find what they read", async () => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("console", (message) => problems.push(message.text()));
    for (const name of built.pages) {
      await page.goto(address + name);
      const policy = page.locator('meta[http-equiv="Content-Security-Policy"]');
      expect(await policy.getAttribute("content")).toContain("default-src 'none'");
      expect(await page.locator('meta[name="citation_title"]').count()).toBe(1);
      const whole = `https://example.org/paper/${name === "index.html" ? "" : name}`;
      expect(await page.locator('link[rel="canonical"]').getAttribute("href")).toBe(whole);
      const linked = JSON.parse((await page.locator('script[type="application/ld+json"]').textContent())!);
      expect(linked.isBasedOn.author[0].name).toContain("Mehta");
      expect(readFileSync(join(out, "sitemap.xml"), "utf8")).toContain(`<loc>${whole}</loc>`);
    }
    expect(problems).toEqual([]);
    // As a hole in everything before it would do it.
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "globalThis.harm = true";
      document.body.append(script);
      document.body.insertAdjacentHTML("beforeend", '<img src="x" onerror="globalThis.harm = true">');
    });
    await expect.poll(() => problems.length).toBeGreaterThan(1);
    expect(await page.evaluate(() => "harm" in globalThis)).toBe(false);
    await page.close();
  });

  withChromium("a page opened from disk says what it lacks, and still shows its pictures", async () => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", ({ message }) => problems.push(message));
    await page.goto(pathToFileURL(join(out, "01-regularization.html")).href);
    await page.locator("#from-disk", { hasText: "npm run paper -- --serve" }).waitFor();
    const image = page.locator(".figure-stage img").first();
    await image.scrollIntoViewIfNeeded();
    await expect
      .poll(() => image.evaluate((element) => (element as HTMLImageElement).naturalWidth))
      .toBeGreaterThan(0);
    expect(problems).toEqual([]);
    await page.close();
  });

  withChromium("every figure says where it comes from and can be taken away", () => {
    const text = readFileSync(join(out, "01-regularization.html"), "utf8");
    expect(text).toMatch(/Made by <a href="#cell-3">cell 3<\/a> of 01-regularization\.ipynb from \d+ runs/);
    expect(text).toContain("npm run notebook -- 01-regularization");
    expect(text).toContain('<a href="#fig-2">Figure 2</a>');
    // A link to one stays when figures before it come or go.
    expect(text).toContain('<a class="number" href="#fig-of-gamma-histograms">Figure 2.</a>');
    expect(text).toContain('id="fig-of-gamma-histograms"');
    expect(text).toContain('href="#verdict-1">link to this verdict</a>');
    const files = readdirSync(join(out, "figures"));
    for (const suffix of ["csv", "json", "svg", "png", "pdf", "bare.svg"])
      expect(files).toContain(`01-regularization-gamma-histograms.${suffix}`);
    expect(readFileSync(join(out, "tables/01-regularization-table-1.csv"), "utf8")).toContain("60.5,2.5");
    expect(text).not.toContain("<all>");
  });

  withChromium("a build that fails leaves the earlier site whole and nothing else", async () => {
    const broken = writeNotebook(join(folder, "broken"), "01-regularization", [
      markdownCell("# H1 · x"),
      codeCell("f()"),
    ]);
    const before = readFileSync(join(out, "index.html"), "utf8");
    await expect(buildPaper({ notebooks: [broken], out, live: false })).rejects.toThrow(UserError);
    expect(readFileSync(join(out, "index.html"), "utf8")).toBe(before);
    expect(readdirSync(folder).filter((name) => name.startsWith(".site"))).toEqual([]);
  });
});

test("a folder that holds anything else is never replaced", async () => {
  const folder = mkdtempSync(join(tmpdir(), "paper-out-"));
  writeFileSync(join(folder, "thesis.txt"), "years of work");
  const notebook = writeNotebook(join(folder, "notebooks"), "00-overview", [markdownCell("# X")]);
  await expect(buildPaper({ notebooks: [notebook], out: folder })).rejects.toThrow(UsageError);
  await expect(buildPaper({ notebooks: [notebook], out: join(folder, "thesis.txt") })).rejects.toThrow(
    UsageError,
  );
  expect(existsSync(join(folder, "thesis.txt"))).toBe(true);
  rmSync(folder, { recursive: true });
});
