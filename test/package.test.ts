import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as cells from "../lib/cells.js";
import * as library from "../lib/index.js";
import { projectRoot } from "../lib/paths.js";
import { lintPackage } from "./support/linters.mjs";
import { type PackedProject, packedProject } from "./support/packed-project.js";

const run = promisify(execFile);
const read = (...path: string[]) => readFileSync(join(projectRoot, ...path), "utf8");

let packed: PackedProject;
beforeAll(async () => {
  packed = await packedProject();
}, 180_000);
afterAll(() => rmSync(packed.folder, { recursive: true, force: true }));

const inProject = (...words: string[]) => run(process.execPath, words, { cwd: packed.folder });

describe("the package", () => {
  it("is in good form, and holds what its manifest names, and licence and readme", async () => {
    expect(await lintPackage(packed.library)).toEqual([]);
    for (const name of ["LICENSE", "README.md", "bin.mjs", "dist/engine/kernels/kernels.wasm"])
      expect(existsSync(join(packed.library, name)), name).toBe(true);
    expect(existsSync(join(packed.library, "engine/native/kernels/addon.cc"))).toBe(true);
    expect(readdirSync(join(packed.library, "dist"))).not.toContain("paper");
  });

  it("says the versions that the checkout has", () => {
    const { version, dependencies, optionalDependencies } = JSON.parse(read("package.json"));
    expect(packed.manifest.version).toBe(version);
    expect({ ...dependencies, ...optionalDependencies }).toMatchObject({
      ...packed.manifest.dependencies,
      ...packed.manifest.peerDependencies,
    });
    expect(read("CITATION.cff")).toContain(`version: ${version}\n`);
  });

  it("opens every entry without the optional packages", async () => {
    const entries = Object.keys(packed.manifest.exports).filter((entry) => !/\.(json|wasm)$/.test(entry));
    expect(entries).toContain("./optimizers");
    const script = entries
      .map((entry) => JSON.stringify(entry.replace(".", "filter-sparsity")))
      .map((name) => `console.log(${name}, Object.keys(await import(${name})).length > 0);`);
    writeFileSync(join(packed.folder, "entries.mjs"), script.join("\n"));
    const { stdout } = await inProject("entries.mjs");
    expect(stdout.trim().split("\n")).toEqual(
      entries.map((entry) => `${entry.replace(".", "filter-sparsity")} true`),
    );
  });

  it("has a command line, of what needs no checkout, that names a package which is not there", async () => {
    const bin = join("node_modules", "filter-sparsity", "bin.mjs");
    const { stdout: help } = await inProject(bin, "--help");
    expect(help).toMatch(/^ {2}reproduce /m);
    expect(help).not.toMatch(/^ {2}(paper|lab|bench) /m);
    const { stdout: version } = await inProject(bin, "--version");
    expect(version.trim()).toBe(packed.manifest.version);
    writeFileSync(
      join(packed.folder, "frames.mjs"),
      'import { danfo } from "./node_modules/filter-sparsity/dist/tables/danfo.js";\ndanfo();\n',
    );
    const { stderr } = await inProject("frames.mjs").catch((error) => error);
    expect(stderr).toContain(
      "This needs the package danfojs-node, which is not installed. Run npm install danf",
    );
  });
});

describe("the library's names", () => {
  const nouns = Object.keys(library).filter((name) => !(name in cells));

  it("are about ninety nouns, each told in lib/README.md", () => {
    expect(nouns.length).toBeLessThan(95);
    const readme = read("lib", "README.md");
    expect(nouns.filter((name) => !new RegExp(`\\b${name}\\b`).test(readme))).toEqual([]);
  });

  it("and what single notebooks' cells use", () => {
    const code = readdirSync(join(projectRoot, "notebooks"))
      .filter((name) => name.endsWith(".ipynb"))
      .map((name) => read("notebooks", name))
      .join("\n");
    const unused = Object.keys(cells).filter((name) => !new RegExp(`\\b${name}\\b`).test(code));
    expect(unused).toEqual([]);
  });

  it("come from every room that has an entry", () => {
    const entries = Object.keys(packed.manifest.exports).filter((entry) => !/\./.test(entry.slice(1)));
    for (const entry of entries.filter((name) => !["./statistics", "./browser", "."].includes(name)))
      expect(existsSync(join(projectRoot, "lib", entry, "index.ts")), entry).toBe(true);
    const readme = read("lib", "README.md");
    for (const entry of entries) expect(readme).toContain(`\`${entry.replace(".", "filter-sparsity")}\``);
  });
});
