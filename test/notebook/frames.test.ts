import { createRequire } from "node:module";
import { inspect } from "node:util";
import { DataFrame } from "danfojs-node";
import { expect, test } from "vitest";

test("in a kernel, a frame that a cell makes by itself prints as a table", async () => {
  const require = createRequire(import.meta.url);
  const lastWriteDisplayData = () => {};
  const kernel = { exports: { lastWriteDisplayData } } as unknown as NodeJS.Module;
  require.cache[require.resolve("tslab/dist/jupyter.js")] = kernel;
  await import("../../lib/notebook/index.js");
  const printed = inspect(new DataFrame([{ dead: 1, alive: 2 }]));
  expect(printed).toMatch(/dead +alive/);
  expect(printed).not.toContain("$data");
});
