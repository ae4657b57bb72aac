import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../lib/paths.js";

const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(dist|\..*)$/.test(entry.name) ? [] : sources(path);
    return /\.(ts|mjs)$/.test(entry.name) ? [path] : [];
  });

/** What the modules of lib/ import, statically or when they are called, without types and what is Node's own. */
function importedPackages(): Set<string> {
  const found = new Set<string>();
  const specifier =
    /(?:\bfrom|\bimport|\bimport\(|\brequire\(|\bresolve\()\s*"((?:@[\w.-]+\/)?[a-z][\w.-]*)(?:\/[\w./-]+)?"/g;
  for (const file of sources(join(projectRoot, "lib"))) {
    const code = readFileSync(file, "utf8")
      .replace(/^\s*(?:\*|\/\/).*$/gm, "")
      .replace(/^import type [^;]*;/gm, "");
    for (const [, name] of code.matchAll(specifier)) found.add(name!);
  }
  for (const name of ["node", "filter-sparsity", ...builtinModules]) found.delete(name);
  return found;
}

const { dependencies, optionalDependencies, devDependencies, scripts } = JSON.parse(
  readFileSync(join(projectRoot, "package.json"), "utf8"),
) as Record<string, Record<string, string>>;

it("what the library imports and builds with is installed without development packages too", () => {
  const packages = importedPackages();
  expect(packages).toContain("sharp");
  expect(packages).toContain("assemblyscript");
  const installed = new Set(Object.keys({ ...dependencies, ...optionalDependencies }));
  // What a dependency of ours brings in its own right: tslab its TypeScript, tfjs-node its builder.
  const brought = ["@tslab/typescript-for-tslab", "@mapbox/node-pre-gyp"];
  const absent = [...packages].filter((name) => !installed.has(name) && !brought.includes(name));
  expect(absent).toEqual([]);
  expect(installed).toContain("typescript");
});

it("development packages are those of the tests and the linter alone: a build needs types too", () => {
  expect(Object.keys(devDependencies!).filter((name) => name.startsWith("@types/"))).toEqual([]);
  const others = Object.entries(scripts!).filter(
    ([name]) => !["check", "format", "test", "test:fast"].includes(name),
  );
  for (const [, script] of others) expect(script).not.toMatch(/biome|vitest/);
});
