import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectRoot } from "../../paths.js";

/**
 * What was found out about this machine, kept until `key` changes: a text of everything that the finding depends on.
 * One finding a name.
 */
export interface Remembered<T> {
  recall(key: string): T | undefined;
  remember(key: string, finding: T): void;
}

export function remembered<T>(name: string): Remembered<T> {
  const path = join(projectRoot, "node_modules", ".cache", "filter-sparsity", `${name}.json`);
  return {
    recall(key) {
      try {
        const { key: known, status } = JSON.parse(readFileSync(path, "utf8"));
        return known === key ? status : undefined;
      } catch {
        return undefined;
      }
    },
    remember(key, status) {
      try {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, JSON.stringify({ key, status }));
      } catch {
        // A read-only installation only pays for the check each time.
      }
    },
  };
}
