import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import { loadDataset } from "../../lib/datasets/index.js";
import { openEngine } from "../../lib/engine/index.js";
import { browserHint, findBrowser } from "../../lib/export/browser.js";
import { copyEngine } from "../../lib/live/build.js";
import { readNotebook } from "../../lib/notebook/notebooks.js";
import { writeAssets } from "../../lib/paper/assets.js";
import { writeCells } from "../../lib/paper/cells/build.js";
import { checkCells } from "../../lib/paper/cells/check.js";
import { html, raw } from "../../lib/paper/html.js";
import { readCitation } from "../../lib/paper/metadata.js";
import { type OpenSite, openSite } from "../../lib/paper/open.js";
import { pageShell } from "../../lib/paper/shell.js";
import { projectRoot } from "../../lib/paths.js";
import { runId } from "../../lib/runs/config.js";
import { executeRun } from "../../lib/runs/execute.js";
import { inspectRun } from "../../lib/runs/store.js";
import { smokeConfig } from "../runs/support.js";
import { optional } from "../support/optional.js";

const executablePath = findBrowser();
/** The first build of the machinery takes a minute on a busy machine. */
const patience = 240_000;
const withChromium = optional("cells in a page", executablePath !== undefined, browserHint);

const cells = [
  `import { collectArmRuns, findHypothesis, runsFrame } from "filter-sparsity";
const h01 = findHypothesis("h01");
const arms = h01.arms({ scale: "lite", dataset: { name: "cifar10", source: "jpeg" } });
const runs = await collectArmRuns(arms, { seeds: [1] });
let base = 40;`,
  "base + 2",
  `runsFrame(runs).filter((row: { optimizer: string }) => row.optimizer === "Adam").numRows()`,
];

describe.skipIf(executablePath === undefined)("cells in a page", () => {
  const site = mkdtempSync(join(tmpdir(), "paper-cells-"));
  let browser: Browser;
  let close: OpenSite["close"] | undefined;
  let address: string;
  let page: Page;
  let problems: string[];
  let requests: string[];

  beforeAll(async () => {
    await writeAssets(site);
    await writeCells(site);
    await copyEngine(join(site, "live"));
    const body = html`${cells.map(
      (
        source,
        index,
      ) => html`<details class="code" id="cell-${index + 1}"><summary>Code of cell ${index + 1}</summary>
<pre class="source"><code>${source}</code></pre></details><div class="outputs" id="outputs-${index + 1}"><p>stored ${index + 1}</p></div>`,
    )}`;
    const about = { citation: readCitation(), paper: undefined, base: undefined };
    const shell = { title: "Cells", description: "Cells.", address: "index.html", about, runsCells: true };
    writeFileSync(join(site, "index.html"), pageShell({ ...shell, body: raw(body.text) }));
    ({ address, browser, close } = await openSite(site));
  }, patience);

  afterAll(async () => {
    await close?.();
    rmSync(site, { recursive: true, force: true });
  });

  afterEach(() => page?.close());

  const open = async (fragment = "") => {
    page = await browser.newPage();
    page.setDefaultTimeout(patience);
    [problems, requests] = [[], []];
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    page.on("request", (request) => requests.push(request.url().slice(address.length)));
    await page.goto(`${address}index.html${fragment}`);
  };
  const cell = (number: number) => page.locator(`#cell-${number}`);
  const bar = (number: number, name: string) =>
    cell(number).locator(".cell-bar").getByRole("button", { name });
  const yours = (number: number) => page.locator(`#outputs-${number} + .yours`);
  const status = () => page.getByRole("status");
  const edit = async (number: number) => {
    await cell(number).locator("summary").click();
    await cell(number).getByRole("button", { name: "Edit and run" }).click();
    await cell(number).locator(".cm-content").waitFor();
  };
  const write = async (number: number, code: string) => {
    await cell(number).locator(".cm-content").click();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.insertText(code);
  };
  /** Runs a cell, and what its outputs say then. */
  const run = async (number: number) => {
    await bar(number, "Run").click();
    await status()
      .getByText(/^Cell .* (has run\.|failed: see there\.|has not run\.)$/)
      .waitFor({ timeout: 60_000 });
    return yours(number).innerText();
  };

  withChromium(
    "load nothing before they are asked for; then a changed cell runs on what those above it made, errors have their place, an endless loop ends",
    async () => {
      await open();
      expect(requests.filter((path) => path.startsWith("cells/"))).toEqual([]);
      await edit(2);
      await write(2, "base += 1;\nbase + arms.length");
      // Cell 1 runs by itself before it.
      expect(await run(2)).toBe("50");
      expect(await page.locator("#outputs-2").isHidden()).toBe(true);
      await bar(2, "Stored").click();
      expect(await page.locator("#outputs-2").innerText()).toBe("stored 2");
      expect(await yours(2).isHidden()).toBe(true);
      // The same variable in all cells, and a run that is read from the site.
      await cell(3).locator("summary").click();
      expect(await run(3)).toBe("4");

      await write(3, "const three = 3;\nconst text: string = three;");
      expect(await run(3)).toMatch(/^TS2322: .*\ncell \[3\], line 2, column 7\n/);
      await write(3, "function f(): never {\n  throw new RangeError('beyond');\n}\nf();");
      expect(await run(3)).toMatch(
        /^RangeError: beyond\ncell \[3\], line 2, column 9\n[\s\S]*at f \(cell \[3\]:2:9\)/,
      );
      await write(3, 'import { x } from "left-pad";\nx');
      expect(await run(3)).toContain("TS2307: Cannot find module 'left-pad'");

      await write(
        3,
        'import { loadOrTrainArms } from "filter-sparsity";\nawait loadOrTrainArms(arms.slice(0, 1), { seeds: [987] });',
      );
      // Whether to train them would be asked, were their images there.
      expect(await run(3)).toMatch(
        /^UserError: Some of these runs are not on record on this site, and it has no images "cifar10"/,
      );

      await write(3, "console.log('begins');\nwhile (true) {}");
      // Stopped before it is compiled, it never begins.
      await page.evaluate(() => {
        const button = (place: string, name: string) =>
          [...document.querySelectorAll<HTMLElement>(`${place} button`)].find(
            ({ textContent }) => textContent === name,
          )!;
        button("#cell-3 .cell-bar", "Run").click();
        setTimeout(() => button(".workbench", "Stop").click(), 1);
      });
      await status().getByText("Stopped. What cells have made before is still there.").waitFor();
      await cell(3).getByText("stopped").waitFor();

      await bar(3, "Run").click();
      await page.locator("#outputs-3 + .yours").getByText("begins").waitFor();
      await page.getByRole("button", { name: "Stop" }).click();
      await status().getByText("went all that cells had made").waitFor();
      await bar(3, "Reset").click();
      expect(await run(3)).toBe("4");
      expect(problems).toEqual([]);
    },
    patience,
  );

  withChromium(
    "runs that are not on record are trained in the page once the reader agrees, stay in the browser, and are records of a checkout",
    async () => {
      const config = smokeConfig();
      const code = `import { loadOrTrainArms, parseRunConfig } from "filter-sparsity";
const config = parseRunConfig(${JSON.stringify(config)});
const own = await loadOrTrainArms([{ label: "Own", optimizer: "Adam", lambda: 0.01, config }], { seeds: [1, 2] });
own[0]!.runs.map(({ record }) => record.final.trainLoss).join(" ")`;
      await open();
      await edit(1);
      await write(1, code);
      await bar(1, "Run").click();
      const question = page.getByRole("group", { name: "Training" });
      await question.getByText(/^2 runs are not on record. Training here takes about/).waitFor();
      await question.getByRole("button", { name: "Do not train" }).click();
      await yours(1).getByText("2 runs that this cell needs are not trained, as you chose").waitFor();

      await bar(1, "Run").click();
      await question.getByRole("button", { name: "Train here" }).click();
      await status().getByText("Cell 1 has run.").waitFor();
      const trained = await yours(1).innerText();
      const [downloading] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Download your 2 runs" }).click(),
      ]);
      const archive = unzipSync(readFileSync(await downloading.path()));
      const folder = mkdtempSync(join(tmpdir(), "paper-runs-"));
      for (const [path, bytes] of Object.entries(archive)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), bytes);
      }
      const found = await inspectRun(join(folder, "runs", runId(config), "seed-1"));
      rmSync(folder, { recursive: true, force: true });
      if (found.state !== "finished") throw new Error(`it is no finished record: ${JSON.stringify(found)}`);
      const { final } = found.record;
      expect(trained).toContain(String(final.trainLoss));
      // The same engine in Node gives the same numbers, but for the last digit of a logarithm.
      const { record } = await executeRun(config, { engine: await openEngine({ name: "wasm" }), seed: 1 });
      expect(final.testError).toBe(record.final.testError);
      expect(final.trainLoss).toBeCloseTo(record.final.trainLoss, 9);

      // As in another visit of the same reader.
      await page.goto("about:blank");
      await page.goto(`${address}index.html`);
      await edit(1);
      await write(1, code);
      expect(await run(1)).toMatch(/^2 runs: 2 from records/);
      await page.getByRole("button", { name: "Forget them" }).click();
      await page.getByRole("button", { name: "Download your" }).waitFor({ state: "hidden" });
      expect(problems).toEqual([]);
    },
    patience,
  );

  withChromium(
    "images of the reader's own are a dataset for cells, the same as of a folder in a checkout",
    async () => {
      const root = mkdtempSync(join(tmpdir(), "paper-images-"));
      const [pets, split] = [join(root, "My pets"), join(root, "split")];
      for (const [label, name] of ["cat", "dog"].entries())
        for (let n = 1; n <= 5; n++) {
          const background = { r: 20 * n, g: 100 * label, b: 7 };
          const picture = await sharp({ create: { width: 32, height: 32, channels: 3, background } })
            .png()
            .toBuffer();
          for (const folder of [join(pets, name), join(split, n === 5 ? "test" : "train", name)]) {
            mkdirSync(folder, { recursive: true });
            writeFileSync(join(folder, `${n}.png`), picture);
          }
        }
      await open();
      await edit(2);
      await page.getByRole("button", { name: "Your images" }).click();
      const panel = page.getByRole("group", { name: "Your images" });
      const give = (folder: string) => panel.getByLabel("Folder of images").setInputFiles(folder);
      await give(join(pets, "cat"));
      await panel.getByText(/cannot be used\. These images lie in no folders of classes/).waitFor();
      writeFileSync(join(pets, "cat", "6.png"), "no picture");
      await give(pets);
      await panel.getByText(/cannot be used\. Could not decode the image .*cat\/6\.png/).waitFor();
      rmSync(join(pets, "cat", "6.png"));
      await give(pets);
      await panel.getByText("2 classes (cat, dog), 8 training and 2 test images.").waitFor();

      await write(
        2,
        `import { loadDataset } from "filter-sparsity/datasets";
(await loadDataset({ name: "my-pets", source: "jpeg", size: 8 })).checksum`,
      );
      const { FILTER_SPARSITY_CACHE } = process.env;
      process.env.FILTER_SPARSITY_CACHE = join(root, "cache");
      const dataset = await loadDataset({ name: "pets", source: "jpeg", size: 8 }, { location: split });
      dataset.close();
      if (FILTER_SPARSITY_CACHE === undefined) delete process.env.FILTER_SPARSITY_CACHE;
      else process.env.FILTER_SPARSITY_CACHE = FILTER_SPARSITY_CACHE;
      rmSync(root, { recursive: true, force: true });
      expect(await run(2)).toBe(`'${dataset.checksum}'`);
      expect(problems).toEqual([]);
      expect(requests.filter((path) => path.includes("pets"))).toEqual([]);
    },
    patience,
  );

  withChromium(
    "what a cell shows cannot run in the page, and a link's cells run only when the reader says so",
    async () => {
      await open();
      await edit(2);
      await write(
        2,
        `import { show } from "filter-sparsity";
show({ "text/html": "<b>bold</b><img src=x onerror='document.title=1'><script>document.title=2</script><iframe src=x></iframe>", "text/plain": "" });
show({ "text/markdown": "[a](javascript:alert(1)) and $x^2$ <script>document.title=3</script>", "text/plain": "" });`,
      );
      expect(await run(2)).toContain("bold");
      expect(await yours(2).locator("script, iframe, [onerror], [href^=javascript]").count()).toBe(0);
      expect(await yours(2).locator(".katex").count()).toBe(1);
      expect(await page.title()).toMatch(/^Cells/);
      await page.getByRole("button", { name: "Copy link" }).click();
      await status().getByText("link is").waitFor();
      const { hash } = new URL(page.url());
      await page.close();

      await open(hash);
      expect(requests.filter((path) => path.startsWith("cells/"))).toEqual([]);
      await page.getByRole("button", { name: "Show them" }).click();
      await cell(2).getByText("bold").waitFor();
      await status().getByText("Ready").waitFor({ timeout: patience });
      expect(await yours(2).isHidden()).toBe(true);
      await page.close();

      await open("#cells=broken");
      await page.getByRole("button", { name: "Show them" }).click();
      await page.getByRole("button", { name: "cannot be read" }).waitFor();
    },
    patience,
  );

  withChromium(
    "all cells of a notebook, unchanged, show what is stored",
    async () => {
      page = await browser.newPage();
      const notebook = readNotebook(join(projectRoot, "notebooks", "09-batch-size.ipynb"));
      const reports = await checkCells(page, { address, notebook });
      expect(reports.length).toBeGreaterThan(5);
      expect(reports.filter(({ failure, differences }) => failure ?? differences.length > 0)).toEqual([]);
    },
    patience,
  );
});
