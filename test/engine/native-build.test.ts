import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withKernels } from "../../lib/engine/native/build.js";
import { compileKernels } from "../../lib/engine/native/compile-kernels.js";
import { kernelsPath } from "../../lib/engine/native/kernels.js";
import { findNativePackage } from "../../lib/engine/native/package.js";
import { findPythons, packageFolder } from "../../lib/engine/native/python.js";
import { replacingNativeLibrary, runLogged } from "../../lib/engine/native/replace.js";
import { nativeStatus } from "../../lib/engine/native/status.js";
import { optional } from "../support/optional.js";

const native = await nativeStatus();
const withNative = optional("native engine", native.loads, native.problem ?? "");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "native-build-"));
  vi.stubEnv("FILTER_SPARSITY_CACHE", join(folder, "cache"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe("replacing the native library", () => {
  const nativePackage = () => ({ name: "stand-in", version: "1", folder, bindingPath: "" });
  const write = (text: string) => {
    for (const name of ["deps", "lib"]) {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, "file"), text);
    }
  };
  const read = () => ["deps", "lib"].map((name) => readFileSync(join(folder, name, "file"), "utf8"));

  test("leaves the working library as it was when the new one fails", async () => {
    write("old");
    const work = async () => {
      expect(existsSync(join(folder, "deps"))).toBe(false);
      write("new");
      throw new Error("no compiler");
    };
    await expect(replacingNativeLibrary(nativePackage(), work)).rejects.toThrow("no compiler");
    expect(read()).toEqual(["old", "old"]);
    expect(readdirSync(folder).sort()).toEqual(["deps", "lib"]);
  });

  test("keeps only the new one when it succeeds", async () => {
    write("old");
    await replacingNativeLibrary(nativePackage(), async () => write("new"));
    expect(read()).toEqual(["new", "new"]);
    expect(readdirSync(folder).sort()).toEqual(["deps", "lib"]);
  });

  test("leaves nothing half made where there was nothing", async () => {
    const work = async () => {
      write("new");
      throw new Error("no network");
    };
    await expect(replacingNativeLibrary(nativePackage(), work)).rejects.toThrow("no network");
    expect(readdirSync(folder)).toEqual([]);
  });
});

test("a failing command ends in one line with its reason, advice and the log's path", async () => {
  const script =
    'console.log("compiling"); console.error("a.cc:1:10: fatal error: tensorflow/c/c_api.h: No such file"); process.exit(3)';
  const options = { cwd: folder, env: process.env, failed: "The binding did not build", advice: "Do this." };
  const failure = await runLogged(process.execPath, ["-e", script], options).catch((error: Error) => error);
  expect(failure).toBeInstanceOf(Error);
  const { message } = failure as Error;
  expect(message).toMatch(/^The binding did not build: .*fatal error: .*c_api\.h.* Do this\. Full output: /);
  expect(message).not.toContain("\n");
  expect(readFileSync(message.split("Full output: ")[1]!, "utf8")).toContain("compiling");
});

describe("the project's own kernels", () => {
  const print = () => {};

  test("are not built where there is no TensorFlow to build against", async () => {
    const nativePackage = { name: "stand-in", version: "1", folder, bindingPath: join(folder, "x.node") };
    await expect(compileKernels(nativePackage, { print })).rejects.toThrow(
      /No TensorFlow to build the kernels against/,
    );
  });

  withNative("do not keep the engine away where there is no compiler, and the ones before stay", async () => {
    vi.stubEnv("CXX", join(folder, "no-compiler"));
    const nativePackage = findNativePackage()!;
    const before = existsSync(kernelsPath(nativePackage));
    const lines: string[] = [];
    const status = await withKernels(nativePackage, { print: (line) => lines.push(line) });
    expect(status.loads).toBe(true);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^No C\+\+ compiler .*no-compiler did not start.*apt install g\+\+/);
    expect(existsSync(kernelsPath(nativePackage))).toBe(before);
  });

  withNative("that do not compile leave no trace but a log and a reason", async () => {
    const compiler = join(folder, "broken-compiler");
    writeFileSync(
      compiler,
      '#!/bin/sh\n[ "$1" = --version ] || { echo "a.cc:1: error: too old" >&2; exit 1; }\n',
    );
    chmodSync(compiler, 0o755);
    vi.stubEnv("CXX", compiler);
    const nativePackage = { ...findNativePackage()!, bindingPath: join(folder, "binding.node") };
    await expect(compileKernels(nativePackage, { print })).rejects.toThrow(
      /kernels did not build: .*error: too old.*works without them.*Full output/,
    );
    expect(existsSync(kernelsPath(nativePackage))).toBe(false);
  });
});

function pythonOnPath(): boolean {
  try {
    execFileSync("python3", ["-c", ""], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
const withPython = optional("Python", pythonOnPath(), "no python3 on PATH");

test("an interpreter that was named and does not start is an error, not passed over", async () => {
  await expect(findPythons({ python: join(folder, "none") })).rejects.toThrow(/--python is ".*none"/);
  vi.stubEnv("FILTER_SPARSITY_PYTHON", process.execPath);
  await expect(findPythons()).rejects.toThrow(/FILTER_SPARSITY_PYTHON is .*did not start as Python 3/);
});

withPython("a named interpreter comes before that of PATH", async () => {
  vi.stubEnv("FILTER_SPARSITY_PYTHON", "");
  const named = await findPythons({ python: "python3" });
  expect(named[0]).toMatchObject({ command: "python3", origin: "argument" });
  expect(named.at(-1)!.origin).toBe("PATH");
});

withPython("finds the folder of a Python package, and that one is not there", async () => {
  const python = (await findPythons({ python: "python3" }))[0]!;
  expect(existsSync(join((await packageFolder(python, "json"))!, "decoder.py"))).toBe(true);
  expect(await packageFolder(python, "no_such_package_at_all")).toBeUndefined();
});
