import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from "vitest";
import { browserHint, findBrowser } from "../../lib/export/browser.js";
import { decodeModel } from "../../lib/onnx/proto.js";
import { readCitation } from "../../lib/paper/metadata.js";
import { canRunInPage, writeNetwork } from "../../lib/paper/onnx/build.js";
import { networkScript, networkSection } from "../../lib/paper/onnx/section.js";
import { type OpenSite, openSite } from "../../lib/paper/open.js";
import { pageShell } from "../../lib/paper/shell.js";
import { optional } from "../support/optional.js";
import { drawImages, fixture, temporaryFolder } from "./support.js";

const executablePath = findBrowser();
const isThere = executablePath !== undefined && canRunInPage();
const it = optional("a reader's model in a page", isThere, `${browserHint}; npm run engine -- onnx`);
const patience = 240_000;

describe.skipIf(!isThere)("a reader's model in a page", () => {
  const [site, images, out] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  let opened: OpenSite;
  let page: Page;
  const requests: string[] = [];

  beforeAll(async () => {
    await Promise.all([writeNetwork(site), drawImages(images)]);
    mkdirSync(join(site, "assets"));
    for (const name of ["style.css", "page.js", "icon.svg"]) writeFileSync(join(site, "assets", name), "");
    const about = { citation: readCitation(), paper: undefined, base: undefined };
    const shell = { title: "Network", description: "Network.", address: "index.html", about };
    const text = pageShell({ ...shell, body: networkSection(), head: networkScript() });
    writeFileSync(join(site, "index.html"), text);
    opened = await openSite(site);
    page = await opened.browser.newPage();
    page.setDefaultTimeout(patience);
    page.on("request", (request) => requests.push(`${request.method()} ${request.url()}`));
    await page.goto(opened.address);
  }, patience);

  beforeEach(() => page.reload());
  afterEach(() => requests.splice(0));
  afterAll(async () => {
    await opened?.close();
  });

  const give = async (model: string | { name: string; mimeType: string; buffer: Buffer }) => {
    await page.setInputFiles('input[name="model"]', model);
    const paths = readdirSync(images).map((name) => join(images, name));
    await page.setInputFiles('input[name="images"]', paths);
    await page.click("button.run");
  };

  it(
    "gives the report and the smaller model back, and sends nothing",
    async () => {
      expect(requests.filter((request) => /wasm|worker/.test(request))).toEqual([]);
      await page.click("summary");
      await page.fill('input[name="mean"]', "0.5");
      await page.fill('input[name="std"]', "0.25");
      await give(fixture("tiny"));
      const link = page.locator("a[download$='-smaller.onnx']");
      await link.waitFor();
      const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
      const path = join(out, "smaller.onnx");
      await download.saveAs(path);
      const width = (bytes: Buffer) =>
        decodeModel(bytes).graph!.initializers.find(({ name }) => /^first\.0\.weight/.test(name))!.dims[0]!;
      expect(width(readFileSync(path))).toBeLessThan(width(readFileSync(fixture("tiny"))));
      const report = await page.textContent(".report");
      expect(report).toMatch(/filters and units do the same on all 18 images/);
      expect(report).toMatch(/held out/);
      expect(requests.filter((request) => !request.startsWith("GET "))).toEqual([]);
    },
    patience,
  );

  it(
    "says in one line what is wrong",
    async () => {
      const wrong = [
        { name: "notes.onnx", buffer: Buffer.from("no model"), message: /notes\.onnx is no ONNX model/ },
        {
          name: "cut-short.onnx",
          buffer: readFileSync(fixture("tiny")).subarray(0, 2000),
          message: /cut-short\.onnx is no ONNX model, or is cut short/,
        },
      ];
      for (const { name, buffer, message } of wrong) {
        await give({ name, mimeType: "application/octet-stream", buffer });
        await page.locator(".status.wrong").waitFor();
        expect(await page.textContent(".status")).toMatch(message);
        await page.reload();
      }
    },
    patience,
  );
});
