import { appendFileSync } from "node:fs";
import { type TestAPI, test } from "vitest";

/**
 * `test` where an optional part of the toolchain is present, a skip that says so where it is absent:
 * prints `skipped: <name>: <reason>` once and appends that line to the file named by
 * `FILTER_SPARSITY_SKIPS`, so that a caller of the suite can count what was not checked.
 *
 *     const withJupyter = optional("Jupyter", jupyter.available, jupyter.reason);
 *     withJupyter("re-executes a notebook", async () => { ... });
 */
export function optional(name: string, available: boolean, reason: string): TestAPI {
  if (available) return test;
  const line = `skipped: ${name}: ${reason}`;
  process.stdout.write(`${line}\n`);
  const record = process.env.FILTER_SPARSITY_SKIPS;
  if (record) appendFileSync(record, `${line}\n`);
  return test.skip as TestAPI;
}
