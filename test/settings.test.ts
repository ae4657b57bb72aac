import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { engineFromEnvironment } from "../lib/engine/choose.js";
import {
  cacheDirectory,
  figuresDirectory,
  latencyDirectory,
  projectRoot,
  runsDirectory,
  watchedDirectory,
} from "../lib/paths.js";
import { checkpointSeconds, checkSettings, checksInputs, settings } from "../lib/settings.js";

afterEach(() => void vi.unstubAllEnvs());

const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "dist" ? [] : sources(path);
    return path.endsWith(".ts") ? [path] : [];
  });

describe("environment variables", () => {
  it("are read in one place", () => {
    const lib = join(projectRoot, "lib");
    const readers = sources(lib).filter((file) => /process\s*\.\s*env\b/.test(readFileSync(file, "utf8")));
    expect(readers).toEqual([join(lib, "settings.ts")]);
  });

  it("stand in one table of the documentation, all of them, as the code says them", () => {
    const readme = readFileSync(join(projectRoot, "README.md"), "utf8");
    const rows = [...readme.matchAll(/^\| `((?:FILTER_SPARSITY_)?[A-Z_]+)` \| (.*) \| (.*) \|$/gm)];
    expect(rows.map(([, name, about, otherwise]) => [name, { about, otherwise }])).toEqual(
      Object.entries<{ about: string; otherwise: string }>(settings).map(([name, { about, otherwise }]) => [
        name,
        { about, otherwise },
      ]),
    );
  });

  it("that are empty are not set, every one of them", () => {
    for (const name of Object.keys(settings)) vi.stubEnv(name, "");
    checkSettings();
    const folders = [runsDirectory(), cacheDirectory(), latencyDirectory(), watchedDirectory()];
    expect(folders).toEqual(
      ["runs", "cache", "latency", "watched"].map((name) => join(projectRoot, "data", name)),
    );
    expect(figuresDirectory()).toBe(join(projectRoot, "figures"));
    expect(engineFromEnvironment()).toBeUndefined();
    expect([checksInputs(), checkpointSeconds()]).toEqual([false, 30]);
  });

  it.each([
    ["FILTER_SPARSITY_CHECKPOINT_SECONDS", "abc", /is "abc"\. Expected seconds, 0 or more\./],
    ["FILTER_SPARSITY_CHECKPOINT_SECONDS", " ", /Expected seconds/],
    ["FILTER_SPARSITY_CHECKPOINT_SECONDS", "-1", /Expected seconds/],
    ["FILTER_SPARSITY_CHECKPOINT_SECONDS", "Infinity", /Expected seconds/],
    ["FILTER_SPARSITY_KERNELS", "sse", /is "sse"\. Expected off, avx512, avx2, plain\./],
    ["FILTER_SPARSITY_CHECK", "yes", /is "yes"\. Expected 1 or 0\./],
    ["FILTER_SPARSITY_CIFAR_URL", "example.org", /Expected an address/],
    ["FILTER_SPARSITY_CIFAR_URL", "file:///data", /Expected an address/],
  ])("%s of %j is refused before any work", (name, text, message) => {
    vi.stubEnv(name, text);
    expect(checkSettings).toThrow(message);
  });

  it("mean what they say", () => {
    vi.stubEnv("FILTER_SPARSITY_CHECK", "1");
    vi.stubEnv("FILTER_SPARSITY_CHECKPOINT_SECONDS", "0.5");
    checkSettings();
    expect([checksInputs(), checkpointSeconds()]).toEqual([true, 0.5]);
  });
});
