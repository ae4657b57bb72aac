import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UsageError } from "../../lib/errors.js";
import { browserHint, closeBrowser, findBrowser } from "../../lib/export/browser.js";
import { exportFigures } from "../../lib/export/figures.js";
import { codeState } from "../../lib/export/git.js";
import { renderFigure } from "../../lib/export/render.js";
import type { Sidecar } from "../../lib/export/sidecar.js";
import { deadShareByPenalty } from "../../lib/figures/by-penalty.js";
import type { NamedFigure } from "../../lib/figures/figure.js";
import { madeUpStudy } from "../support/made-up-runs.js";
import { optional } from "../support/optional.js";

const withBrowser = optional("Chromium", findBrowser() !== undefined, browserHint);
const study = madeUpStudy();
const figure = deadShareByPenalty(study);
const named: NamedFigure = { name: "dead-share", caption: "Made up.", figure };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "figures-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
afterAll(closeBrowser);

const sidecarIn = (directory: string): Sidecar =>
  JSON.parse(readFileSync(join(directory, "01-test-dead-share.json"), "utf8")) as Sidecar;

describe("rendering", () => {
  withBrowser(
    "gives the same bytes for the same figure, from one browser to the next",
    async () => {
      const draw = async () => ({
        svg: await renderFigure(figure, { format: "svg" }),
        png: await renderFigure(figure, { format: "png", scale: 1 }),
        pdf: await renderFigure(figure, { format: "pdf" }),
      });
      const first = await draw();
      const second = await draw();
      await closeBrowser();
      const third = await draw();
      for (const format of ["svg", "png", "pdf"] as const) {
        expect(second[format].equals(first[format]), `${format}, same browser`).toBe(true);
        expect(third[format].equals(first[format]), `${format}, new browser`).toBe(true);
      }
    },
    // Two browsers start, each of which reads Plotly.
    180_000,
  );

  withBrowser("gives different figures different ids, so that a page can hold two", async () => {
    const ids = (svg: Buffer) => new Set([...svg.toString().matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const a = ids(await renderFigure(figure, { format: "svg" }));
    const b = ids(await renderFigure(deadShareByPenalty(study.slice(0, 4)), { format: "svg" }));
    expect(a.size).toBeGreaterThan(0);
    expect([...a].filter((id) => b.has(id))).toEqual([]);
  });

  withBrowser("draws pixels of the size asked for, on white paper, and a one-page PDF", async () => {
    const png = await renderFigure(figure, { width: 500, height: 400, scale: 2 });
    const { width, height } = await sharp(png).metadata();
    expect([width, height]).toEqual([1000, 800]);
    const { channels } = await sharp(png).stats();
    // Mostly paper, yet not empty.
    for (const { mean, min } of channels.slice(0, 3)) {
      expect(mean).toBeGreaterThan(200);
      expect(min).toBeLessThan(100);
    }
    const pdf = (await renderFigure(figure, { format: "pdf" })).toString("latin1");
    expect(pdf.startsWith("%PDF-")).toBe(true);
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
    expect(pdf).toContain("(D:20000101000000");
  });

  withBrowser("closes its browser when idle, so that a script ends by itself", async () => {
    const script = join(folder, "draw.mjs");
    const modules = ["../../lib/export/render.js"].map((path) => new URL(path, import.meta.url).pathname);
    const built = modules[0]!.replace("/lib/", "/lib/dist/");
    writeFileSync(
      script,
      `import { renderFigure } from ${JSON.stringify(built)};
       const png = await renderFigure({ data: [{ y: [1, 2] }], layout: {} });
       console.log(png.length > 1000);`,
    );
    expect(execFileSync(process.execPath, [script], { encoding: "utf8", timeout: 50_000 })).toBe("true\n");
  });

  it("refuses a size that is none before it looks for a browser", async () => {
    await expect(renderFigure(figure, { width: Number.NaN })).rejects.toThrow(UsageError);
  });

  it("names a bad browser path instead of passing over it", () => {
    vi.stubEnv("FILTER_SPARSITY_CHROMIUM", join(folder, "absent"));
    expect(() => findBrowser()).toThrow(/FILTER_SPARSITY_CHROMIUM/);
  });
});

describe("exporting", () => {
  withBrowser("writes every format and a sidecar that says where the figure comes from", async () => {
    const { files, hint } = await exportFigures([named], {
      notebook: "01-test",
      arms: study,
      directory: folder,
    });
    expect(readdirSync(folder).sort()).toEqual(
      ["json", "pdf", "png", "svg"].map((end) => `01-test-dead-share.${end}`),
    );
    expect(files).toHaveLength(4);
    expect(hint).toBeUndefined();
    const sidecar = sidecarIn(folder);
    expect(sidecar).toMatchObject({
      title: "Share of dead filters by penalty strength and optimizer",
      caption: "Made up.",
      notebook: "01-test",
      hypothesis: "h01",
      command: "npm run figures -- --only h01",
      datasets: [{ name: "made-up", source: "builtin", checksum: "0".repeat(64) }],
    });
    expect(sidecar.runs).toHaveLength(8);
    expect(sidecar.runs[0]).toEqual({
      arm: "Adam, no penalty",
      id: study[0]!.runs[0]!.record.id,
      seeds: [1, 2, 3],
    });
    expect(sidecar.versions.project).toMatch(/^\d+\.\d+\.\d+$/);
    expect(sidecar.versions.plotly).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it("writes the Plotly figure itself where there is no browser, and says how to get pictures", async () => {
    vi.stubEnv("PATH", folder);
    vi.stubEnv("PLAYWRIGHT_BROWSERS_PATH", folder);
    const { hint } = await exportFigures([named], { notebook: "01-test", arms: study, directory: folder });
    if (findBrowser() !== undefined) return; // An application folder of macOS or Windows cannot be hidden.
    expect(hint).toContain("npx playwright-core install chromium");
    expect(readdirSync(folder).sort()).toEqual(["01-test-dead-share.json", "01-test-dead-share.plotly.json"]);
    const written = JSON.parse(readFileSync(join(folder, "01-test-dead-share.plotly.json"), "utf8"));
    expect(written.data).toEqual(JSON.parse(JSON.stringify(figure.data)));
    expect(sidecarIn(folder).files).toEqual(["01-test-dead-share.plotly.json"]);
  });

  withBrowser("writes nothing when one of the figures cannot be drawn", async () => {
    const broken: NamedFigure = { ...named, name: "broken", figure: { data: [], layout: { width: -1 } } };
    const options = { notebook: "01-test", arms: study, directory: folder };
    await expect(exportFigures([named, broken], options)).rejects.toThrow(UsageError);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("refuses names that leave the folder, and two figures of one name", async () => {
    const options = { notebook: "01-test", arms: study, directory: folder };
    await expect(exportFigures([{ ...named, name: "../up" }], options)).rejects.toThrow(UsageError);
    await expect(exportFigures([named, named], options)).rejects.toThrow(/Two figures/);
  });
});

describe("the code state in a sidecar", () => {
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.org", ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();

  it("is unknown outside a checkout, and does not fail", () => {
    expect(codeState(folder)).toEqual({ commit: "unknown", dirty: false });
  });

  it("moves with lib and data/runs only, so that committing figures changes no sidecar", () => {
    git("init", "-q");
    execFileSync("mkdir", [join(folder, "lib"), join(folder, "figures")]);
    writeFileSync(join(folder, "lib", "a.ts"), "1");
    git("add", ".");
    git("commit", "-qm", "code");
    const before = codeState(folder);
    expect(before).toEqual({ commit: git("rev-parse", "HEAD"), dirty: false });
    writeFileSync(join(folder, "figures", "a.svg"), "1");
    git("add", ".");
    git("commit", "-qm", "figure");
    expect(codeState(folder)).toEqual(before);
    writeFileSync(join(folder, "lib", "a.ts"), "2");
    expect(codeState(folder).dirty).toBe(true);
  });
});
