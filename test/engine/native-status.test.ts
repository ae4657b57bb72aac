import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bindingFingerprint } from "../../lib/engine/native/package.js";
import { loadNative, nativeStatus, tryInChild } from "../../lib/engine/native/status.js";
import { optional } from "../support/optional.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "native-status-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A stand-in for the native package; `body` runs when it is loaded. */
function standIn(body: string) {
  writeFileSync(join(folder, "index.js"), body);
  return { name: "stand-in", folder };
}

const workingBackend = `
  module.exports = {
    tidy: (work) => work(),
    scalar: (value) => value,
    add: (a, b) => ({ dataSync: () => [a + b] }),
    backend: () => ({ binding: { TF_Version: "9.9" }, isUsingGpuDevice: true }),
  };
`;

describe("loading the native library in a child process", () => {
  test("reports version and device of one that works", async () => {
    expect(await tryInChild(standIn(workingBackend))).toEqual({
      loads: true,
      tensorflowVersion: "9.9",
      gpu: true,
    });
  });

  test("gives the package the functions that Node 23 removed from node:util", async () => {
    const needsThem = `
      const util = require("util");
      if (!util.isNullOrUndefined(undefined) || util.isNullOrUndefined(0)) throw new Error("isNullOrUndefined");
      if (!util.isArray([])) throw new Error("isArray");
      ${workingBackend}
    `;
    const withoutThem = `delete require("util").isNullOrUndefined; ${needsThem}`;
    expect((await tryInChild(standIn(withoutThem))).loads).toBe(false);
    expect((await tryInChild(standIn(needsThem))).loads).toBe(true);
  });

  test("survives a crash of the library and names the signal", async () => {
    const { loads, problem } = await tryInChild(standIn("process.abort();"));
    expect(loads).toBe(false);
    expect(problem).toMatch(/stand-in: crashed with SIG\w+ while loading/);
  });

  test("turns an exception into one line", async () => {
    const { problem } = await tryInChild(
      standIn('throw new Error("libcuda.so.1: cannot open\\nsecond line")'),
    );
    expect(problem).toBe("stand-in: Error: libcuda.so.1: cannot open.");
  });

  test("does not take a wrong sum for an engine", async () => {
    const wrong = workingBackend.replace("a + b", "a - b");
    expect((await tryInChild(standIn(wrong))).loads).toBe(false);
  });
});

test("a package without its binding has no fingerprint", () => {
  const bindingPath = join(folder, "missing.node");
  expect(bindingFingerprint({ name: "stand-in", version: "1", folder, bindingPath })).toBe("");
});

const status = await nativeStatus();
const withNative = optional("native engine", status.loads, status.problem ?? "");

withNative("loads into this process as the active backend and computes", async () => {
  const { tf, tensorflowVersion } = await loadNative();
  expect(tensorflowVersion).toBe(status.tensorflowVersion);
  expect(tf.getBackend()).toBe("tensorflow");
  const product = tf.matMul(tf.ones([2, 3]), tf.fill([3, 1], 2));
  expect([...product.dataSync()]).toEqual([6, 6]);
});

test.skipIf(status.loads)("says how to get it where it is not there", async () => {
  await expect(loadNative()).rejects.toThrow(/not available: .*npm run engine -- build/);
});
