import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { decades } from "../../lib/onnx/histograms.js";
import { inspectModel } from "../../lib/onnx/inspect.js";
import { prove } from "../../lib/onnx/prove.js";
import { reportPage, type ShownReport } from "../../lib/paper/onnx/report.js";
import { command } from "../cli/command.js";
import { drawImages, findImages, fixture, openFixture, temporaryFolder, withRuntime } from "./support.js";

const layer = { kind: "convolution", constant: 1, cut: 2, kept: { "read by LRN": 1 } } as const;
const cost = { parameters: 100, macs: 1000, filters: 8 };
const report: ShownReport = {
  ...{ model: "<b>net</b>.onnx", metadata: {} },
  layers: [{ ...layer, name: "a & b", filters: 8, inactiveByScale: null, inactiveByActivation: 2 }],
  ...{ images: 12, uncertain: 0.25, before: cost, after: { parameters: 75, macs: 500, filters: 6 } },
};

describe("a report as a page", () => {
  it("begins with the sum, tells each layer and what stays, and takes nothing from elsewhere", () => {
    const page = reportPage(report);
    expect(page).toContain(
      "3 of 8 filters and units do the same on all 12 images. 2 can be cut, which saves 50.0 %",
    );
    expect(page).toContain("1 inactive or constant filter stays: read by LRN");
    expect(page).toContain("a &#38; b");
    expect(page).not.toMatch(/<b>net|src=|href=|url\(|https?:/);
  });

  it("draws histograms that say their numbers", () => {
    const activation = new Array(decades.length + 1).fill(0);
    activation[0] = 2;
    activation[decades.length] = 6;
    const page = reportPage({ ...report, histograms: [{ activation, gamma: null }] });
    expect(page).toContain('aria-label="2 at most 1e-12, 6 above 1e3"');
  });
});

describe("of a model", () => {
  const [folder, out] = [temporaryFolder(), temporaryFolder()];
  beforeAll(() => drawImages(folder));
  const withModels = withRuntime();

  withModels("has every filter in a histogram, by both measures", async () => {
    const model = openFixture("tiny");
    const images = findImages(folder, model);
    const [indices] = images.split();
    const found = await inspectModel(model, images, { by: "activation", indices, histograms: true });
    const { layers, histograms } = found.inspection;
    const sum = (counts: number[] | null) => counts?.reduce((total, count) => total + count, 0);
    for (const [index, { name, filters, inactiveByScale, inactiveByActivation }] of layers.entries()) {
      const { activation, gamma } = histograms![index]!;
      expect(sum(activation), name).toBe(filters);
      expect(activation![0], name).toBe(inactiveByActivation);
      expect(sum(gamma), name).toBe(inactiveByScale === null ? undefined : filters);
    }
    const proof = await prove(model, found, { images, by: "activation" });
    expect(proof.heldOut!.largest).toBeLessThan(1e-5);
    const page = reportPage({ model: "tiny.onnx", metadata: {}, ...found.inspection, proof });
    expect(page).toContain(`differ by ${proof.chosenOn.largest.toExponential(1)} of their scale`);
  });

  withModels("is written by inspect", async () => {
    const path = join(out, "report.html");
    const words = ["--images", folder, "--out", path, "--histograms"];
    const { code, stdout } = await command(["inspect", fixture("tiny"), ...words]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/largest activation/);
    expect(readFileSync(path, "utf8")).toMatch(/^<!doctype html>.*Inactive filters of .*tiny\.onnx.*<svg/s);
  });

  it.each([
    [["--out", "report.pdf", "--images", "."], /--out is "report\.pdf"\. Expected .* \.html or \.json/],
    [["--out", "report.html"], /--out and --histograms tell what filters do, which takes --images/],
  ])("is asked for wrongly in one line: %s", async (words, message) => {
    const { code, lines } = await command(["inspect", fixture("tiny"), ...words]);
    expect(lines).toEqual([expect.stringMatching(message)]);
    expect(code).toBe(2);
  });
});
