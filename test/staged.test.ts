import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StagedFiles, temporaryName } from "../lib/staged.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "filter-sparsity-staged-"));
  writeFileSync(join(folder, "a.csv"), "old a");
  writeFileSync(join(folder, "b.csv"), "old b");
  writeFileSync(join(folder, "notes.txt"), "somebody's");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const contents = () =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), "utf8")]),
  );
const before = { "a.csv": "old a", "b.csv": "old b", "notes.txt": "somebody's" };

describe("staged files", () => {
  it("are put in place together, and leave others alone", () => {
    const staged = new StagedFiles(folder);
    for (const name of ["a.csv", "b.csv", "logs/c.txt"]) writeFileSync(staged.path(name), `new ${name}`);
    expect(readFileSync(join(folder, "a.csv"), "utf8")).toBe("old a");
    expect(staged.commit()).toEqual(["a.csv", "b.csv", "logs/c.txt"].map((name) => join(folder, name)));
    expect(contents()).toEqual({
      ...before,
      ...{ "a.csv": "new a.csv", "b.csv": "new b.csv", "c.txt": "new logs/c.txt" },
    });
    expect(readdirSync(folder).sort()).toEqual(["a.csv", "b.csv", "logs", "notes.txt"]);
  });

  it("replace nothing where one of them was never written", () => {
    const staged = new StagedFiles(folder);
    writeFileSync(staged.path("a.csv"), "new a");
    staged.path("b.csv");
    expect(() => staged.commit()).toThrow(/ENOENT/);
    staged.discard();
    expect(contents()).toEqual(before);
  });

  it("that a killed process had begun to put in place are put there by the next", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    const left = join(folder, temporaryName("complete").replace(`-${process.pid}-`, `-${pid}-`));
    mkdirSync(join(left, "logs"), { recursive: true });
    writeFileSync(join(left, "b.csv"), "new b");
    writeFileSync(join(left, "logs", "c.txt"), "new c");
    new StagedFiles(folder).discard();
    expect(contents()).toEqual({ ...before, "b.csv": "new b", "c.txt": "new c" });
    expect(readdirSync(folder).sort()).toEqual(["a.csv", "b.csv", "logs", "notes.txt"]);
  });

  it("of a killed process are removed by the next, those of a living one are not", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    const own = temporaryName("staged");
    const dead = own.replace(`-${process.pid}-`, `-${pid}-`);
    const elsewhere = own.replace(hostname().replace(/[^\w.]/g, ""), "elsewhere");
    for (const name of [own, dead, elsewhere]) mkdirSync(join(folder, name));
    new StagedFiles(folder).discard();
    expect(
      readdirSync(folder)
        .filter((name) => name.endsWith(".tmp"))
        .sort(),
    ).toEqual([own, elsewhere].sort());
  });
});
