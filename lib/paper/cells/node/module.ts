/** What the library and the kernel use of Node's `module`. */
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

/** Packages that the library asks for by name while it runs; the page's worker has put them there. */
export const packages: Record<string, () => unknown> = {};

/** A `require` of the packages above. */
export function createRequire(): { (name: string): unknown; resolve(name: string): string; cache: object } {
  const require = (name: string) => {
    const found = packages[name];
    if (!found) throw new Error(`the page has no package ${name}`);
    return found();
  };
  const resolve = (name: string) => {
    if (!(name in packages)) throw new Error(`the page has no package ${name}`);
    return name;
  };
  return Object.assign(require, { resolve, cache: {} });
}

/** Lines and columns from 0, as in Node. */
export class SourceMap {
  readonly #map: TraceMap;

  constructor(map: ConstructorParameters<typeof TraceMap>[0]) {
    this.#map = new TraceMap(map);
  }

  findEntry(line: number, column: number): { originalLine: number; originalColumn: number } | object {
    const found = originalPositionFor(this.#map, { line: line + 1, column });
    return found.line === null ? {} : { originalLine: found.line - 1, originalColumn: found.column };
  }
}
