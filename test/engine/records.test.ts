import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { recordFields } from "../../lib/engine/kernels/records.js";
import { projectRoot } from "../../lib/paths.js";

/** Kernels read a record's fields by their place: the two lists must agree. */
test("records have the fields of the assembly's classes, in their order", () => {
  const source = readFileSync(join(projectRoot, "lib/engine/kernels/assembly/records.ts"), "utf8");
  const classes = [...source.matchAll(/^export class (\w+) \{(.*?)^\}/gms)].map(([, name, body]) => [
    name,
    [...body!.matchAll(/^ {2}(\w+): usize;$/gm)].map(([, field]) => field),
  ]);
  expect(Object.fromEntries(classes)).toEqual(recordFields);
});
