import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { drawImages, fixture, temporaryFolder, withRuntime } from "../onnx/support.js";
import { command } from "./command.js";

const [images, out] = [temporaryFolder(), temporaryFolder()];
beforeAll(() => drawImages(images));

const withModels = withRuntime();
const normalization = ["--mean", "0.5", "--std", "0.25"];
const cut = (name: string, ...words: string[]) =>
  command(["cut", fixture(name), "--images", images, ...normalization, ...words]);

describe("cut", () => {
  withModels("writes a smaller model with its proof, and leaves the original as it is", async () => {
    const before = readFileSync(fixture("tiny"));
    const path = join(out, "smaller.onnx");
    const { code, stdout, lines } = await cut("tiny", "--out", path, "--seconds", "0.02", "--json");
    expect(lines).toEqual([""]);
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toEqual(JSON.parse(readFileSync(join(out, "smaller.json"), "utf8")));
    expect(report.proof.chosenOn).toMatchObject({ images: 18, classifiedOtherwise: 0 });
    expect(report.proof.heldOut).toMatchObject({ images: 6, classifiedOtherwise: 0 });
    expect(report.proof.heldOut.largest).toBeLessThan(1e-5);
    expect(report.latency.latencies.map(({ threads }: { threads: number }) => threads)).toEqual([1, 0]);
    expect(readFileSync(path).length).toBeLessThan(before.length);
    expect(readFileSync(fixture("tiny")).equals(before)).toBe(true);
    const again = await command(["inspect", path, "--images", images, ...normalization]);
    expect(again.stdout).toMatch(/first\.0 .* convolution +12 /);
    expect(again.code).toBe(0);
  });

  withModels("by scale says how wrong it would be to drop what the filters emit", async () => {
    const words = ["--out", join(out, "scale.onnx"), "--by", "scale", "--no-latency", "--json"];
    const { stdout } = await cut("tiny", ...words);
    const { chosenOn, betaDropped } = JSON.parse(stdout).proof;
    expect(chosenOn.largest).toBeLessThan(1e-4);
    expect(betaDropped).toMatchObject({ images: 24 });
    expect(betaDropped.largest).toBeGreaterThan(0.01);
  });

  withModels("writes nothing where nothing is inactive", async () => {
    const path = join(out, "alive.onnx");
    const { code, lines } = await cut("tiny-alive", "--out", path);
    expect(lines.at(-1)).toMatch(
      /^note Nothing of .*tiny-alive\.onnx can be cut by activation: .* is not written\.$/,
    );
    expect(code).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    [["cut", fixture("tiny"), "--images", ".", "--out", fixture("tiny")], /--out is the model itself/],
    [
      ["cut", "3fa9c1d2b7aa/1", "--images", ".", "--out", "s.onnx"],
      /is a run of this project.*npm run prune/,
    ],
    [["inspect", fixture("tiny"), "--std", "0"], /--std is "0"\. Expected one number or three/],
  ] as const)("used wrongly ends in one line: %s", async (words, message) => {
    const { code, lines, stdout } = await command(words);
    expect(lines).toEqual([expect.stringMatching(message)]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  it("says how to add the runtime where it is not there", async () => {
    const env = { FILTER_SPARSITY_CACHE: out };
    const { code, lines } = await command(["inspect", fixture("tiny"), "--images", images], { env });
    expect(lines).toEqual([
      expect.stringMatching(/ONNX Runtime.*is not installed\. Run npm run engine -- onnx/),
    ]);
    expect(code).toBe(1);
  });
});
