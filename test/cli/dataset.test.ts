import { existsSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { listDatasetsCommand, prepareDatasetCommand } from "../../lib/cli/dataset.js";
import { packPath } from "../../lib/datasets/cached.js";
import { UsageError } from "../../lib/errors.js";
import { writeImageFolder } from "../datasets/images.js";
import { useTemporaryFolder } from "../datasets/temporary.js";
import { writeArchive } from "../datasets/tiny-cifar.js";
import { command } from "./command.js";

vi.mock("../../lib/datasets/cifar-archives.js", async () =>
  (await import("../datasets/tiny-cifar.js")).mockedArchives(),
);
const downloadCifar = vi.hoisted(() => vi.fn());
vi.mock("../../lib/datasets/download.js", () => ({ downloadCifar }));

const { path } = useTemporaryFolder();

async function printed(name: string, from?: string): Promise<string> {
  const lines: string[] = [];
  await prepareDatasetCommand(name, { from, print: (line) => lines.push(line) });
  return lines.join("\n");
}

describe("npm run dataset", () => {
  test("shows names of classes and files, whatever a terminal would make of them", async () => {
    const name = "\x1b]0;owned\x07\x1b[31mred";
    await writeImageFolder(path("set"), { classes: [name, "dog"] });
    writeFileSync(path("set", "train", name, "a.bmp"), "x");
    const from = ["dataset", "pets", "--from", path("set")];
    const { stdout, stderr, code } = await command(from);
    expect(code).toBe(0);
    expect(stdout).toMatch("classes    2: \\x1b]0;owned\\x07\\x1b[31mred, dog");
    expect(stderr).toMatch(
      "note       left out in train/\\x1b]0;owned\\x07\\x1b[31mred: 1 file ending in .bmp",
    );
    truncateSync(path("set", "train", name, "0.png"), 50);
    const refused = await command(from);
    for (const text of [stdout, stderr, refused.stderr])
      expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    expect(refused.stderr).toMatch("Could not decode");
  });

  test("describes the synthetic set", async () => {
    const text = await printed("synthetic");
    expect(text).toContain("2,000 training, 1,000 test; 16x16, 3 channels");
    expect(text).toContain("4: disc, square, triangle, cross");
    expect(text).toMatch(/mean +0\.579\d +0\.58\d+ +0\.578\d/);
  });

  test("caches an image folder under the name given, and describes it again without the folder", async () => {
    await writeImageFolder(path("set"));
    const text = await printed("pets", path("set"));
    expect(text).toMatch(/dataset +pets, source jpeg\nimages +18 training, 6 test; 4x4, 3 channels/);
    expect(text).toContain(packPath({ name: "pets", source: "jpeg" }));
    expect(await printed("pets")).toBe(text);
    const lines: string[] = [];
    await listDatasetsCommand({ print: (line) => lines.push(line) });
    expect(lines.join("\n")).toMatch(
      /synthetic +built in\ncifar10 +npm run dataset -- cifar10\n.*\npets +cached \(jpeg\)/,
    );
  });

  test("downloads CIFAR once, and keeps the packed copy instead of the archive", async () => {
    const archive = writeArchive(path("downloads"), "cifar-10-binary.tar.gz");
    downloadCifar.mockResolvedValue(archive);
    const text = await printed("cifar10");
    expect(text).toMatch(/dataset +cifar10, source official\nimages +40 training, 20 test; 32x32/);
    expect(existsSync(archive)).toBe(false);
    expect(await printed("cifar10")).toBe(text);
    expect(downloadCifar).toHaveBeenCalledTimes(1);
  });

  test.each([
    ["cifar1O", undefined, /Unknown dataset "cifar1O"|cannot name a dataset/],
    ["cifar11", undefined, /Unknown dataset "cifar11". Did you mean cifar10\?/],
    ["../up", undefined, /cannot name a dataset. Expected lower-case letters, digits and dashes/],
    ["synthetic", "somewhere", /takes no --from/],
  ])("refuses the name %s (from %s)", async (name, from, message) => {
    const failure = printed(name, from);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toThrow(UsageError);
    expect(existsSync(dirname(packPath({ name: "cifar11", source: "jpeg" })))).toBe(false);
  });
});
