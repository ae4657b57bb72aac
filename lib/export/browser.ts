import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Browser, BrowserType, Page } from "playwright-core";
import { messageOf, UserError } from "../errors.js";
import { requireOptional, resolveOptional } from "../optional.js";
import { setting } from "../settings.js";

const executableNames = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "microsoft-edge",
  "microsoft-edge-stable",
  "brave-browser",
];

const applicationPaths: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
  win32: (["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"] as const)
    .map((name) => setting(name))
    .filter((folder) => folder !== undefined)
    .flatMap((folder) => [
      join(folder, "Google", "Chrome", "Application", "chrome.exe"),
      join(folder, "Microsoft", "Edge", "Application", "msedge.exe"),
    ]),
};

/** What a reader without a browser does about it, in one line. */
export const browserHint =
  "Pictures need Chromium: apt-get install chromium (Debian, Ubuntu), or npx playwright-core install chromium (any system).";

/**
 * Path of a Chromium-like browser: `FILTER_SPARSITY_CHROMIUM`, the usual names on PATH, the usual application
 * folders, then what `npx playwright-core install chromium` put in its cache. undefined where there is none.
 * Throws `UserError` where the variable names something that cannot be run.
 */
export function findBrowser(): string | undefined {
  const named = setting("FILTER_SPARSITY_CHROMIUM");
  if (named) {
    if (isExecutable(named)) return named;
    throw new UserError(
      `FILTER_SPARSITY_CHROMIUM is "${named}", which is not an executable file. Name a Chromium executable, or unset it.`,
    );
  }
  const extension = process.platform === "win32" ? ".exe" : "";
  const onPath = (setting("PATH") ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .flatMap((folder) => executableNames.map((name) => join(folder, name + extension)));
  const installed = [...onPath, ...(applicationPaths[process.platform] ?? [])].find(isExecutable);
  if (installed !== undefined) return installed;
  const cached = chromium().executablePath();
  return isExecutable(cached) ? cached : undefined;
}

/** Playwright's Chromium, loaded on first use: it takes a while, and most commands draw nothing. */
const chromium = (): BrowserType =>
  requireOptional<typeof import("playwright-core")>("playwright-core").chromium;

function isExecutable(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** How long an unused browser stays open, ms: it holds memory, and it would hold the process. */
const idleMilliseconds = 2_000;

/** One browser with two blank pages: one that Plotly draws in, one that SVGs are printed from. */
export interface Studio {
  drawing: Page;
  printing: Page;
  browserVersion: string;
}

interface OpenStudio extends Studio {
  browser: Browser;
}

let studio: Promise<OpenStudio> | undefined;
/** Pictures are drawn one after the other, since they share the pages. */
let queue: Promise<unknown> = Promise.resolve();
let waiting = 0;
let idleTimer: NodeJS.Timeout | undefined;

/**
 * Runs `work` with the shared browser, which starts on first use and closes itself after two idle seconds. Nothing
 * is ever fetched: both pages are offline. Throws `UserError` where no browser is found or it does not start.
 */
export async function withStudio<T>(work: (studio: Studio) => Promise<T>): Promise<T> {
  clearTimeout(idleTimer);
  waiting++;
  const result = queue.then(async () => work(await openStudio()));
  queue = result.catch(() => undefined);
  try {
    return await result;
  } finally {
    waiting--;
    if (waiting === 0) idleTimer = setTimeout(closeBrowser, idleMilliseconds);
  }
}

async function openStudio(): Promise<OpenStudio> {
  const held = await studio?.catch(() => undefined);
  if (held?.browser.isConnected()) return held;
  studio = launchBrowser({
    args: ["--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb"],
  }).then(async (browser) => {
    const context = await browser.newContext({ offline: true, locale: "en-US", timezoneId: "UTC" });
    const [drawing, printing] = [await context.newPage(), await context.newPage()];
    await drawing.addScriptTag({ path: resolveOptional("plotly.js-dist", "plotly.js") });
    return { browser, drawing, printing, browserVersion: browser.version() };
  });
  return studio;
}

/** Closes the shared browser now; the next figure starts another. */
export async function closeBrowser(): Promise<void> {
  clearTimeout(idleTimer);
  const closing = studio;
  studio = undefined;
  await closing?.then(({ browser }) => browser.close()).catch(() => undefined);
}

/** Starts a browser of its own, without a window. Throws `UserError` where none is found or it does not start. */
export async function launchBrowser({ args = [] }: { args?: string[] } = {}): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new UserError(`No browser was found. ${browserHint}`);
  try {
    return await chromium().launch({
      executablePath,
      // Chromium refuses its sandbox to root; for everybody else it stays on.
      chromiumSandbox: process.getuid?.() !== 0,
      args,
    });
  } catch (error) {
    throw new UserError(
      `${executablePath} did not start (${messageOf(error).slice(0, 200)}). Name another with FILTER_SPARSITY_CHROMIUM. ${browserHint}`,
      { cause: error },
    );
  }
}
