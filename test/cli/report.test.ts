import { Command } from "commander";
import { afterEach, describe, expect, it, vi } from "vitest";
import { report } from "../../lib/cli/report.js";
import { lastWordsOf } from "../../lib/runs/worker-process.js";

describe("an error that the system gives", () => {
  const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  afterEach(() => written.mockClear());

  const told = (error: unknown) => {
    report(error, new Command());
    return written.mock.calls.map(([text]) => text).join("");
  };

  it.each([
    "Array buffer allocation failed",
    "WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory for new instance",
    "the worker process died (signal SIGILL; its last words: # Fatal process OOM in Failed to reserve)",
    "std::bad_alloc",
  ])("is told as want of memory, with what helps: %s", (message) => {
    expect(told(new Error(message))).toMatch(/ulimit -v unlimited .*--workers 1/);
    expect(told(new Error(message))).not.toMatch(/npm ci|unexpected/);
  });

  it("is told with what helps where a file is concerned, else as unexpected", () => {
    expect(told(Object.assign(new Error("EACCES: denied, open 'x'"), { code: "EACCES" }))).toMatch(
      /FILTER_SPARSITY_RUNS/,
    );
    expect(told(new Error("odd"))).toMatch(/odd \(unexpected; add --debug/);
  });
});

describe("the last words of a process", () => {
  it.each([
    [
      "#\n# Fatal process OOM in Failed to reserve virtual memory\n#\n\n",
      "# Fatal process OOM in Failed to reserve virtual memory",
    ],
    [
      "file.js:3\n    at load\nTypeError: x is no function\n    at y\n\nNode.js v20\n",
      "TypeError: x is no function",
    ],
    ["warning\nKilled\n---\n", "Killed"],
    ["\n#\n", undefined],
  ])("are the line that says most: %j", (stderr, words) => {
    expect(lastWordsOf(stderr)).toBe(words);
  });
});
