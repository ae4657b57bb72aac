import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkArchive } from "../../lib/archive/check.js";
import {
  checksumProblems,
  checksumsFile,
  checksumsOf,
  filesBelow,
  folderDifferences,
} from "../../lib/archive/files.js";
import { codeState } from "../../lib/export/git.js";

let place = "";
let folder = "";
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "archive-"));
  folder = join(place, "paper");
  mkdirSync(join(folder, "lib"), { recursive: true });
  writeFileSync(join(folder, "lib", "a.ts"), "abc");
  writeFileSync(join(folder, "README.md"), "");
  writeFileSync(join(folder, checksumsFile), checksumsOf(folder, filesBelow(folder)));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

async function packed(): Promise<string> {
  const file = join(place, "paper.tar.gz");
  await create({ file, cwd: place, gzip: true }, ["paper"]);
  return file;
}

describe("checksums", () => {
  it("are SHA-256, in the form of sha256sum", () => {
    // NIST's example for "abc".
    expect(checksumsOf(folder, ["lib/a.ts"])).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  lib/a.ts\n",
    );
    expect(checksumProblems(folder)).toEqual([]);
  });

  it("tell what was altered, is missing, or came later", () => {
    appendFileSync(join(folder, "lib", "a.ts"), "d");
    rmSync(join(folder, "README.md"));
    writeFileSync(join(folder, "new.md"), "");
    expect(checksumProblems(folder)).toEqual([
      "new.md is not listed",
      "README.md is missing",
      "lib/a.ts was altered",
    ]);
  });
});

describe("an archive's check", () => {
  const print = () => {};

  it("refuses a damaged one before it builds anything", async () => {
    appendFileSync(join(folder, "lib", "a.ts"), "d");
    await expect(checkArchive(await packed(), { print })).rejects.toThrow(
      "is damaged: 1 files, for one lib/a.ts was altered",
    );
  });

  it("refuses what is no archive of this project", async () => {
    rmSync(join(folder, checksumsFile));
    await expect(checkArchive(await packed(), { print })).rejects.toThrow("has no SHA256SUMS");
    const text = join(place, "notes.txt");
    writeFileSync(text, "no archive");
    await expect(checkArchive(text, { print })).rejects.toThrow(/cannot be unpacked|no archive/);
  });

  it("compares folders byte by byte", () => {
    const other = join(place, "other");
    mkdirSync(other);
    writeFileSync(join(other, "README.md"), "x");
    writeFileSync(join(other, "b"), "");
    expect(folderDifferences(folder, other)).toEqual([
      "b is new",
      "README.md differs",
      `${checksumsFile} is missing`,
      "lib/a.ts is missing",
    ]);
  });
});

it("an archive, which has no git, says the commits that its files are from", () => {
  expect(codeState(folder).commit).toBe("unknown");
  writeFileSync(
    join(folder, "archived.json"),
    JSON.stringify({ commits: { "lib data/runs": "7cd2c54", "notebooks/01.ipynb": "1234567" } }),
  );
  expect(codeState(folder)).toEqual({ commit: "7cd2c54", dirty: false });
  expect(codeState(folder, ["notebooks\\01.ipynb"]).commit).toBe("1234567");
  expect(codeState(folder, ["test"]).commit).toBe("unknown");
});
