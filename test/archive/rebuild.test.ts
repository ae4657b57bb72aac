import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { linkPackages } from "../../lib/archive/rebuild.js";

const root = mkdtempSync(join(tmpdir(), "rebuild-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it("gives an unpacked archive another checkout's packages, and its own library", () => {
  const [folder, checkout] = [join(root, "archive"), join(root, "checkout")];
  for (const name of ["arquero", "@scope", "filter-sparsity", ".bin"])
    mkdirSync(join(checkout, "node_modules", name), { recursive: true });
  writeFileSync(join(checkout, "node_modules", ".package-lock.json"), "{}");
  mkdirSync(join(folder, "lib"), { recursive: true });
  linkPackages(folder, checkout);
  linkPackages(folder, checkout);
  const packages = join(folder, "node_modules");
  expect(readdirSync(packages).sort()).toEqual(["@scope", "arquero", "filter-sparsity"]);
  expect(readlinkSync(join(packages, "filter-sparsity"))).toBe(join(folder, "lib"));
  expect(readlinkSync(join(packages, "arquero"))).toBe(join(checkout, "node_modules", "arquero"));
});
