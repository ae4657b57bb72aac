import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import type { Server } from "node:http";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { UsageError, UserError } from "../../lib/errors.js";
import { browserHint, findBrowser } from "../../lib/export/browser.js";
import { buildPaper } from "../../lib/paper/build.js";
import { checkPage, deadLinks, mostBytes } from "../../lib/paper/check.js";
import { serveFolder } from "../../lib/paper/serve.js";
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
  let server: Server;
  let address: string;

  beforeAll(async () => {
    vi.stubEnv("FILTER_SPARSITY_RUNS", join(folder, "runs"));
    const arms = madeUpStudy({ seeds: [1, 2] });
    for (const { runs } of arms) for (const run of runs) await saveRun(run);
    notebooks = [
      writeNotebook(folder, "00-overview", [
        markdownCell("# What dead filters are\n\nThe first question is in [01](01-regularization.ipynb)."),
      ]),
      writeNotebook(folder, "01-regularization", cellsOf(arms)),
    ];
    built = await buildPaper({ notebooks, out, live: false });
    ({ address, server } = await serveFolder(out, { port: 0 }));
    browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
  }, patience);

  afterAll(async () => {
    await browser?.close();
    server?.close();
    server?.closeAllConnections();
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

  withChromium("the first page opens with a figure, that can be read and leads to its place", async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
    await page.goto(address);
    const image = page.locator("figure.opening img");
    expect(await image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
    // A picture squeezed onto a phone cannot be read: it scrolls instead.
    expect((await image.boundingBox())!.width).toBeGreaterThanOrEqual(640);
    await page.locator("figure.opening figcaption a").click();
    await page.waitForURL("**/01-regularization.html#fig-1");
    await page.close();
  });

  withChromium("the check finds what is wrong", async () => {
    writeFileSync(
      join(out, "wrong.html"),
      '<!doctype html><title>x</title><h1 style="color:#ddd;background:#fff">pale</h1><img src="none.png"><a href="index.html#none">x</a><script>nothing()</script>',
    );
    const { problems } = await checkPage(browser, address, "wrong.html");
    const all = problems.join("\n");
    for (const wanted of [
      "color-contrast",
      "image-alt",
      "nothing is not defined",
      "404 for",
      "html-has-lang",
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
    const badMath = writeNotebook(join(folder, "broken"), "00-overview", [
      markdownCell("# X\n\n$\\frac{1}$"),
    ]);
    await expect(buildPaper({ notebooks: [badMath], out, live: false })).rejects.toThrow(
      /00-overview\.ipynb/,
    );
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

test("only this machine is served, and nothing outside of the folder", async () => {
  const folder = mkdtempSync(join(tmpdir(), "paper-serve-"));
  mkdirSync(join(folder, "site"));
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(folder, "site", "index.html"), "page");
  writeFileSync(join(folder, "site", ".hidden"), "hidden");
  const { address, server } = await serveFolder(join(folder, "site"), { port: 0 });
  const ask = (path: string, host = "127.0.0.1") =>
    new Promise<number>((resolve) => {
      request({ port: new URL(address).port, path, headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      }).end();
    });
  expect(await ask("/")).toBe(200);
  expect(await ask("/../secret.txt")).toBe(404);
  expect(await ask("/%2e%2e/secret.txt")).toBe(404);
  expect(await ask("/.hidden")).toBe(404);
  expect(await ask("/", "evil.example")).toBe(403);
  await expect(serveFolder(folder, { port: Number(new URL(address).port) })).rejects.toThrow(/--port/);
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});
