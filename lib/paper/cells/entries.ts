import { readFileSync } from "node:fs";
import { join } from "node:path";
import { libraryRoot } from "../../paths.js";

/** The library's entries beside its main one, "figures" of "filter-sparsity/figures", but for that of browsers. */
export function entryNames(): string[] {
  const { exports } = JSON.parse(readFileSync(join(libraryRoot, "package.json"), "utf8")) as {
    exports: Record<string, unknown>;
  };
  return Object.keys(exports).flatMap((name) => {
    const [, entry] = /^\.\/([a-z]+)$/.exec(name) ?? [];
    return entry === undefined || entry === "browser" ? [] : [entry];
  });
}
