/**
 * Compiles the library to builds/<hash of its sources> and points the link `dist` there. A build is made aside, is never
 * changed afterwards, and takes its place at once: any number of commands may ask for it at the same time, and a process
 * that loads a module late loads it from the build that it started from. Prints nothing where the build is there.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import lockfile from "proper-lockfile";

/** Kept: this many builds, and none that was not asked for within a week. */
const kept = { count: 20, milliseconds: 7 * 24 * 3600_000 };

const library = dirname(fileURLToPath(import.meta.url));
const link = join(library, "dist");
/** The name begins with a dot, so that compilers do not take the builds for sources. */
const builds = join(library, ".builds");

/** All that a build is made from: sources, settings and the versions of the compilers. */
function sources() {
  const inLibrary = readdirSync(library, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(m?ts|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/^(\.builds|dist)\b/.test(relative(library, path)));
  const settings = ["lib/tsconfig.json", "lib/package.json", "tsconfig.json", "package-lock.json"];
  return [...inLibrary, ...settings.map((path) => join(library, "..", path))].sort();
}

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths)
    hash
      .update(`${relative(library, path)}\0`)
      .update(readFileSync(path))
      .update("\0");
  return hash.digest("hex").slice(0, 16);
}

/** The build that `dist` points to; undefined where it is none of ours. */
function current() {
  try {
    return basename(readlinkSync(link));
  } catch {
    return undefined;
  }
}

const isBuilt = (name) => existsSync(join(builds, name));

async function run(...words) {
  const child = spawn(process.execPath, words, { cwd: dirname(library), stdio: "inherit" });
  const code = await new Promise((settle, fail) => child.on("error", fail).on("close", settle));
  if (code !== 0) throw new Error(`${relative(dirname(library), words[0])} ended with exit code ${code}`);
}

/** Starts from the build before, so that only what changed is compiled. False where a source changed meanwhile. */
async function compile(name) {
  const folder = join(builds, `${name}.${process.pid}.tmp`);
  const before = current();
  try {
    if (before !== undefined && isBuilt(before))
      cpSync(join(builds, before), folder, { recursive: true, preserveTimestamps: true });
    mkdirSync(folder, { recursive: true });
    await run(join(library, "engine/kernels/build.mjs"), folder);
    const typescript = join(library, "../node_modules/typescript/bin/tsc");
    const output = ["--outDir", folder, "--tsBuildInfoFile", join(folder, ".tsbuildinfo")];
    await run(typescript, "-p", library, ...output);
    removeOrphans(folder);
    if (hashOf(sources()) !== name) return false;
    renameSync(folder, join(builds, name));
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Modules of the build before whose source is gone. */
function removeOrphans(folder) {
  for (const entry of readdirSync(folder, { recursive: true })) {
    const [, stem] = /^(.*?)(?:\.js|\.js\.map|\.d\.ts)$/.exec(entry) ?? [];
    if (stem !== undefined && !existsSync(join(library, `${stem}.ts`))) rmSync(join(folder, entry));
  }
}

/** A link is replaced at once by renaming another over it, but where the system cannot do that. */
function pointTo(name) {
  const target = join(builds, name);
  const temporary = `${link}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  const windows = process.platform === "win32";
  symlinkSync(windows ? target : relative(library, target), temporary, windows ? "junction" : "dir");
  // A folder, of before there were builds; a junction, which Windows does not rename over.
  if (lstatSync(link, { throwIfNoEntry: false })?.isDirectory() || windows)
    rmSync(link, { recursive: true, force: true });
  renameSync(temporary, link);
}

/** Removes builds that nobody has asked for lately, and what killed builds left. */
function removeOld(name) {
  const age = (entry) =>
    Date.now() - (statSync(join(builds, entry), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  const others = readdirSync(builds).filter((entry) => entry !== name && !entry.endsWith(".lock"));
  const young = others.filter((entry) => !entry.endsWith(".tmp")).sort((a, b) => age(a) - age(b));
  const stays = new Set(young.slice(0, kept.count).filter((entry) => age(entry) < kept.milliseconds));
  for (const entry of others)
    if (!stays.has(entry)) rmSync(join(builds, entry), { recursive: true, force: true });
}

async function lock() {
  mkdirSync(builds, { recursive: true });
  const waits = setTimeout(() => process.stderr.write("waits for another build of the library\n"), 2000);
  try {
    // A build takes seconds, on a busy machine minutes; the lock of a killed one is taken over after ten seconds.
    const retries = { retries: 6000, factor: 1, minTimeout: 100, maxTimeout: 100 };
    return await lockfile.lock(builds, { lockfilePath: join(builds, "build.lock"), retries });
  } finally {
    clearTimeout(waits);
  }
}

/** The hash of what was built: sources that were edited meanwhile are built again. */
async function buildLocked() {
  const release = await lock();
  try {
    for (;;) {
      const name = hashOf(sources());
      if (isBuilt(name) || (await compile(name))) {
        if (current() !== name) pointTo(name);
        removeOld(name);
        return name;
      }
    }
  } finally {
    await release();
  }
}

async function build() {
  let name = hashOf(sources());
  if (current() !== name || !isBuilt(name)) name = await buildLocked();
  // Says that it is still asked for. Where the checkout cannot be written, nothing is removed either.
  try {
    utimesSync(join(builds, name), new Date(), new Date());
  } catch {}
}

await build().catch((error) => {
  process.stderr.write(
    `error The library was not built: ${error.message}. What was built before is untouched.\n`,
  );
  process.exitCode = 1;
});
