import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UserError } from "../../lib/errors.js";
import { unfinishedFolder, writeAside } from "../../lib/paper/site-folder.js";

let folder: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paper-folder-"));
  out = join(folder, "site");
});
afterEach(() => rmSync(folder, { recursive: true }));

const build = (text: string) => writeAside(out, (site) => writeFile(join(site, "index.html"), text));
const shown = () => readFileSync(join(out, "index.html"), "utf8");
const disk = (code: string) => Object.assign(new Error(`${code}: the disk refuses`), { code });

test("a site takes the place of the earlier one, and nothing else is left", async () => {
  await build("one");
  await build("two");
  expect(shown()).toBe("two");
  expect(readdirSync(folder)).toEqual(["site"]);
});

test.each([
  ["a code of the system", disk("ENOSPC")],
  ["the words of a bundler", new Error("Failed to write to output file: no space left on device")],
])(
  "a full disk, told by %s, says so, and leaves the earlier site though files are still being written",
  async (_, error) => {
    await build("one");
    let written = 0;
    const failing = writeAside(out, async (site) => {
      // As where many files are written at once: the others go on after the first has failed.
      void (async () => {
        mkdirSync(join(site, "figures"));
        for (; written < 40; written++) {
          await writeFile(join(site, "figures", `${written}`), "x").catch(() => {});
          await delay(2);
        }
      })();
      await delay(20);
      throw error;
    });
    await expect(failing).rejects.toThrow(UserError);
    await expect(failing).rejects.toThrow(/could not be written beside .*site: .*Make room/);
    expect(shown()).toBe("one");
    await delay(120);
    await build("two");
    expect(readdirSync(folder)).toEqual(["site"]);
  },
);

test("other failures keep their own words", async () => {
  await expect(
    writeAside(out, async () => {
      throw new TypeError("a mistake");
    }),
  ).rejects.toThrow(TypeError);
  expect(readdirSync(folder)).toEqual([]);
});

test("what killed builds left is removed by the next one, what running ones write is not", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(child, "spawn");
  const mine = await unfinishedFolder(folder, "site");
  const of = (pid: number, end = "abc123") =>
    mine.replace(`-${process.pid}-`, `-${pid}-`).replace(/[^-]+$/, end);
  const [running, replaced] = [of(child.pid!), of(child.pid!, "abc123-old")];
  const elsewhere = join(folder, ".site-building-00000000-1-abc123");
  const ancient = join(folder, ".site-building-00000000-1-def456");
  const others = join(folder, ".site-of-mine");
  for (const path of [running, replaced, elsewhere, ancient, others]) {
    mkdirSync(path);
    writeFileSync(join(path, "page.html"), "x");
  }
  utimesSync(ancient, new Date(0), new Date(0));
  await build("one");
  for (const path of [running, replaced, mine, elsewhere, others]) expect(existsSync(path), path).toBe(true);
  expect(existsSync(ancient)).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  await build("two");
  expect(existsSync(running) || existsSync(replaced)).toBe(false);
  for (const path of [mine, elsewhere, others]) expect(existsSync(path), path).toBe(true);
});
