import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { command } from "./command.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "filter-sparsity-refused-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("a folder that cannot be", () => {
  it.each<[string, () => string, RegExp]>([
    ["a name too long", () => join(root, "x".repeat(300)), /longer than the file system allows/],
    [
      "below a file",
      () => {
        writeFileSync(join(root, "file"), "");
        return join(root, "file", "below");
      },
      /a file where a folder was expected|cannot be written to/,
    ],
  ])("%s: is told with what to do", async (_, path, remedy) => {
    const env = { FILTER_SPARSITY_RUNS: join(root, "runs"), FILTER_SPARSITY_CACHE: path() };
    const { code, stderr } = await command(["start", "--engine", "wasm"], { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(remedy);
    expect(stderr).not.toMatch(/unexpected/);
  });
});

describe("a file system that hangs", () => {
  const patience = fileURLToPath(new URL("../../lib/dist/cli/patience.js", import.meta.url));

  it("does not keep a process that is to end", async () => {
    const fifo = join(root, "fifo");
    execFileSync("mkfifo", [fifo]);
    // To open a pipe that nobody writes to takes for ever, and the exit would wait for it.
    const code = `import { readFile } from "node:fs/promises";
      import { endNow } from ${JSON.stringify(patience)};
      void readFile(${JSON.stringify(fifo)});
      setTimeout(() => endNow(143), 200);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: "ignore" });
    const [exitCode, signal] = await once(child, "exit");
    expect(exitCode === 143 || signal === "SIGKILL").toBe(true);
  });
});
