import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { browserHint, findBrowser } from "../../lib/export/browser.js";
import { writeAssets } from "../../lib/paper/assets.js";
import { cellsIn } from "../../lib/paper/cells/page/link.js";
import { explorerBody, explorerHead, writeExplorer } from "../../lib/paper/explorer/build.js";
import type { Catalog } from "../../lib/paper/explorer/catalog.js";
import { codeOf } from "../../lib/paper/explorer/code.js";
import { explorerFiles } from "../../lib/paper/explorer/data.js";
import type { Picture } from "../../lib/paper/explorer/messages.js";
import { domainOf, placeOn, ticksOf, valueAt } from "../../lib/paper/explorer/scale.js";
import { firstView, fragmentOf, viewIn } from "../../lib/paper/explorer/view.js";
import { readCitation } from "../../lib/paper/metadata.js";
import { type OpenSite, openSite } from "../../lib/paper/open.js";
import { pageShell } from "../../lib/paper/shell.js";
import { filtersFrame } from "../../lib/tables/data-frames.js";
import { madeUpArm } from "../support/made-up-runs.js";
import { optional } from "../support/optional.js";

const widths = [2, 3, 4];
const arms = [
  madeUpArm({ lambda: 1e-3, widths, seeds: [7, 8], deadShare: 0.5 }),
  madeUpArm({ lambda: 0, widths, seeds: [7], deadShare: 0 }),
  madeUpArm({ optimizer: "SGD+momentum", lambda: 1e-4, widths, seeds: [7, 8], divergedSeeds: [8] }),
];
const runs = arms.flatMap(({ arm, runs: own }) => own.map((run) => ({ arm, run })));
const data = explorerFiles(runs);
const catalog: Catalog = {
  ...JSON.parse(data["catalog.json"]!.toString()),
  pages: {},
  cellsPage: "own.html",
};

describe("the address of a view", () => {
  it("says all of it, and nothing that is as at first", () => {
    const first = firstView(catalog, "filters");
    expect(fragmentOf(first, catalog)).toBe("#of=filters");
    const view = {
      ...{
        ...first,
        probe: catalog.probes[1]!,
        x: "beta",
        color: undefined,
        panels: "optimizer",
        run: "abc/7",
      },
      scales: { x: "log", y: "linear" } as const,
      where: { optimizer: ["Adam", "SGD+momentum"], lambda: [1e-3], cause: [null] },
      between: { "|gamma|": [0, 0.5], beta: [-1, Number.POSITIVE_INFINITY] } as Record<
        string,
        [number, number]
      >,
    };
    expect(viewIn(fragmentOf(view, catalog), catalog)).toEqual({ view, problems: [] });
  });

  it.each([
    ["x=gama", /Unknown measure "gama"\. Did you mean gamma\?/],
    ["of=filter", /Unknown table "filter"\. Did you mean filters\?/],
    ["probe=11", /Unknown probe "11".*Probes: 0, /],
    ["panels=gamma", /Unknown panel "gamma"/],
    ["where.optimizer=Adan", /Unknown optimizer "Adan"\. Did you mean Adam\?/],
    ["where.nothing=1", /Unknown column "nothing"/],
    ["between.beta=3:1", /"beta" between "3:1"\. Expected two numbers/],
    ["between.beta=a:b", /Expected two numbers/],
  ])("%s: says what is wrong, and is looked at as at first", (words, problem) => {
    const { view, problems } = viewIn(`#${words}`, catalog);
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(view).toEqual(firstView(catalog, "filters"));
  });

  it("survives any text", () => {
    for (const text of ["", "#", "#%", "#a=&b", "#cells=xyz", `#${"where.=".repeat(99)}`])
      expect(viewIn(text, catalog).view).toEqual(firstView(catalog, "filters"));
  });
});

describe("axes", () => {
  it("hold all values, and tell which stands at a place", () => {
    const linear = domainOf("linear", [-2, Number.NaN, 8]);
    expect([-2, 8].map((value) => placeOn(linear, value))).toEqual([
      expect.closeTo(0.03 / 1.06, 9),
      expect.closeTo(1.03 / 1.06, 9),
    ]);
    const log = domainOf("log", [0, 1e-30, -1e-4, 100]);
    expect([0, 1e-30].map((value) => placeOn(log, value))).toEqual([0, 0]);
    expect(valueAt(log, placeOn(log, -1e-4))).toBeCloseTo(1e-4, 9);
    expect(placeOn(log, Number.NaN)).toBeNaN();
    expect(ticksOf(log, 4).map(({ text }) => text)).toEqual(["1e-4", "0.01", "1", "100"]);
    expect(ticksOf({ kind: "linear", from: -0.3, to: 10.3 }, 5).map(({ text }) => text)).toEqual([
      "0",
      "5",
      "10",
    ]);
    expect(ticksOf(domainOf("linear", [3]), 3).map(({ text }) => text)).toContain("3");
  });
});

const pictureOf = (more: Partial<Picture> = {}): Picture => ({
  ...{
    total: 40,
    shown: 40,
    missing: 0,
    legend: [],
    ramp: undefined,
    panels: [],
    left: 0,
    runs: [],
    runCount: 4,
  },
  ...{ x: { kind: "log", from: -7, to: 1 }, y: { kind: "linear", from: 0, to: 1 }, milliseconds: 1, ...more },
});

describe("a view as a cell", () => {
  it("chooses runs by their factors, rows by the rest, and draws with the library's grammar", () => {
    const view = {
      ...{ ...firstView(catalog, "filters"), y: "selectivity", probe: 10 },
      where: { optimizer: ["Adam"], seed: [7] },
      between: { "|gamma|": [1e-4, 1] } as Record<string, [number, number]>,
    };
    const code = codeOf(view, catalog, pictureOf());
    expect(code).toContain(
      'import { chart, dot, filtersFrame, linear, log, runsOnRecord, showFigure } from "filter-sparsity";',
    );
    expect(code).toContain('const runs = (await runsOnRecord()).where({ optimizer: ["Adam"] });');
    expect(code).toContain(
      "interface Row { gamma: number; selectivity: number; state: string; penalty: string; seed: number }",
    );
    expect(code).toContain("filtersFrame(runs, { probes: 0.1 })");
    expect(code).toContain(
      ".filter((row: Row) => row.seed === 7 && op.abs(row.gamma) >= 0.0001 && op.abs(row.gamma) <= 1)",
    );
    expect(code).toContain("panels: { of: (row: Row) => String(row.penalty) }");
    expect(code).not.toContain("sample(");
  });

  it("draws a part of many rows, always the same", () => {
    const code = codeOf(firstView(catalog, "filters"), catalog, pictureOf({ shown: 350_000 }));
    expect(code).toContain("seed(1);");
    expect(code).toContain(".sample(4000)");
  });
});

const executablePath = findBrowser();
const withChromium = optional("the explorer's page", executablePath !== undefined, browserHint);
/** For a machine that is busy with other things. */
const patience = 120_000;

describe.skipIf(executablePath === undefined)("the explorer's page", () => {
  const site = mkdtempSync(join(tmpdir(), "explorer-"));
  let browser: Browser;
  let close: OpenSite["close"] | undefined;
  let address: string;
  let page: Page;

  beforeAll(async () => {
    await writeAssets(site);
    await writeExplorer(site, { pages: {}, cellsPage: "own.html" }, Promise.resolve(data));
    const about = { citation: readCitation(), paper: undefined, base: undefined };
    const options = { title: "Explorer", description: "Runs.", address: "explorer.html", about };
    writeFileSync(
      join(site, "explorer.html"),
      pageShell({ ...options, body: explorerBody, head: explorerHead }),
    );
    ({ address, browser, close } = await openSite(site));
  }, patience);

  afterAll(async () => {
    await close?.();
    rmSync(site, { recursive: true, force: true });
  });

  afterEach(() => page?.close());

  withChromium(
    "shows what the frames hold, keeps what is marked, tells a run, and says what is not there",
    async () => {
      page = await browser.newPage();
      page.setDefaultTimeout(patience);
      const problems: string[] = [];
      page.on("pageerror", ({ message }) => problems.push(message));
      const says = (text: string | RegExp) => page.getByRole("status").getByText(text).waitFor();
      await page.goto(`${address}explorer.html#x=gama`);
      const filters = filtersFrame(arms);
      expect(filters.numRows()).toBe(4 * 9);
      await says("36 filters of 4 runs, out of 36.");
      await page.getByText('Unknown measure "gama". Did you mean gamma?').waitFor();
      expect(await page.locator(".explorer-panel canvas").count()).toBe(2);

      await page.getByLabel("Keep only some, by").selectOption("optimizer");
      await page.getByLabel("Adam", { exact: true }).check();
      await says("27 filters of 3 runs, out of 36.");
      expect(new URL(page.url()).hash).toBe("#of=filters&where.optimizer=Adam");
      await page.getByLabel("Keep only some, by").selectOption("gamma");
      await page.getByRole("textbox", { name: "from" }).fill("0.001");
      await page.getByRole("textbox", { name: "from" }).press("Enter");
      const alive = filters.objects() as { optimizer: string; gamma: number }[];
      const left = alive.filter(({ optimizer, gamma }) => optimizer === "Adam" && gamma >= 1e-3).length;
      await says(new RegExp(`^${left} filters of 3 runs`));
      await page.goBack();
      await says("27 filters of 3 runs, out of 36.");

      // A rectangle over the right half of the second panel keeps what is in it.
      const canvas = page.locator(".explorer-panel canvas").nth(1);
      await canvas.scrollIntoViewIfNeeded();
      const box = (await canvas.boundingBox())!;
      await page.mouse.move(box.x + 0.7 * box.width, box.y + 40);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width - 12, box.y + box.height - 42, { steps: 3 });
      await page.mouse.up();
      await page.getByText("size of scale γ").waitFor();
      expect(decodeURIComponent(page.url())).toContain("between.|gamma|=");

      await page.getByText("As a cell of a notebook").click();
      const link = await page.getByRole("link", { name: "Open it" }).getAttribute("href");
      const carried = await cellsIn(link!.slice(link!.indexOf("#")));
      expect(carried!.get(1)).toContain("filtersFrame(runs)");

      await page.getByText(/^Runs that are shown/).click();
      await page.locator(".explorer-runs button").first().press("Enter");
      await page.getByRole("heading", { name: "The life of its filters" }).waitFor();
      await page
        .getByText(/Life of 9 filters over \d+ probes: \d are dead at the end/)
        .first()
        .waitFor();
      await page.getByRole("button", { name: "Close" }).click();
      await page.getByRole("heading", { name: "The life of its filters" }).waitFor({ state: "detached" });
      expect(problems).toEqual([]);

      await page.goto(`${address}explorer.html#of=runs&run=nobody/1`);
      await page.getByText('There is no run "nobody/1" on record here').waitFor();
      await says("5 runs of 5 runs, out of 5.");
      const empty = explorerFiles([])["catalog.json"]!;
      await page.route("**/catalog.json", (route) => route.fulfill({ body: empty }));
      await page.reload();
      await page.getByText("There is no finished run on record to show.").waitFor();
      await page.unroute("**/catalog.json");
      await page.route("**/catalog.json", (route) => route.fulfill({ status: 404 }));
      await page.reload();
      await page.getByText(/catalog\.json is missing\. Build the site again with npm run paper/).waitFor();
    },
    patience,
  );
});
