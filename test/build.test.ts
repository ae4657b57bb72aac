import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectRoot } from "../lib/paths.js";

let folder: string;
const inLibrary = (...names: string[]) => join(folder, "lib", ...names);
const write = (name: string, text: string) => writeFileSync(inLibrary(name), text);

/** A library of three modules, the last loaded late, in a checkout like this one. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "filter-sparsity-build-"));
  mkdirSync(inLibrary("engine/kernels"), { recursive: true });
  cpSync(join(projectRoot, "lib/build.mjs"), inLibrary("build.mjs"));
  for (const name of ["lib/tsconfig.json", "lib/package.json", "tsconfig.json", "package-lock.json"])
    cpSync(join(projectRoot, name), join(folder, name));
  symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
  write("engine/kernels/build.mjs", "");
  write("late.ts", "export const first = 1;\n");
  write(
    "main.ts",
    `process.stdin.once("data", async () => console.log(JSON.stringify(await import("./late.js"))));\nconsole.log("ready");\n`,
  );
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = (...words: string[]) => spawn(process.execPath, words, { stdio: ["pipe", "pipe", "pipe"] });

async function build() {
  const child = start(inLibrary("build.mjs"));
  const errors = textOf(child.stderr);
  const [code] = await once(child, "close");
  return { code, errors: errors.join("") };
}

function textOf(stream: NodeJS.ReadableStream): string[] {
  const pieces: string[] = [];
  stream.on("data", (piece) => pieces.push(String(piece)));
  return pieces;
}

describe("the build", () => {
  it("is made once by builds that start together, and leaves nothing else", async () => {
    const ended = await Promise.all([build(), build(), build(), build()]);
    // Whoever waits long says so; how long is the machine's.
    const told = expect.stringMatching(/^(waits for another build of the library\n)?$/);
    expect(ended).toEqual(Array(4).fill({ code: 0, errors: told }));
    expect(readdirSync(inLibrary(".builds"))).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)]);
    expect(existsSync(inLibrary("dist/late.js"))).toBe(true);
  });

  it("never shows a running process the modules of a later one", async () => {
    await build();
    const running = start(inLibrary("dist/main.js"));
    const said = textOf(running.stdout);
    await once(running.stdout, "data");
    write("late.ts", "export const second = 2;\n");
    expect((await build()).code).toBe(0);
    running.stdin.end("go on\n");
    await once(running, "close");
    expect(said.join("")).toContain('{"first":1}');
    expect(readFileSync(inLibrary("dist/late.js"), "utf8")).toContain("second");
  });

  it("has kernels of its own, whatever build came later", async () => {
    for (const name of ["engine/kernels/file.ts", "paths.ts", "settings.ts", "errors.ts"])
      cpSync(join(projectRoot, "lib", name), inLibrary(name));
    mkdirSync(join(folder, "notebooks"));
    writeFileSync(join(folder, "package.json"), "{}");
    write(
      "main.ts",
      `import { kernelsPath } from "./engine/kernels/file.js";\nconsole.log(JSON.stringify(kernelsPath));\n`,
    );
    expect(await build()).toMatchObject({ code: 0 });
    const first = readlinkSync(inLibrary("dist"));
    write("late.ts", "export const second = 2;\n");
    await build();
    const running = start(inLibrary(first, "main.js"));
    const said = textOf(running.stdout);
    await once(running, "close");
    expect(JSON.parse(said.join(""))).toBe(
      join(realpathSync(inLibrary(first, "engine/kernels")), "kernels.wasm"),
    );
  });

  it("leaves out what has no source any more, and returns to an earlier build without compiling", async () => {
    await build();
    const first = readlinkSync(inLibrary("dist"));
    write("late.ts", "export const second = 2;\n");
    write("more.ts", "export const more = 3;\n");
    await build();
    expect(existsSync(inLibrary("dist/more.js"))).toBe(true);
    write("late.ts", "export const third = 3;\n");
    rmSync(inLibrary("more.ts"));
    await build();
    expect(existsSync(inLibrary("dist/more.js"))).toBe(false);
    write("late.ts", "export const first = 1;\n");
    await build();
    expect(readlinkSync(inLibrary("dist"))).toBe(first);
  });

  it("stays where it is when the sources do not compile", async () => {
    await build();
    const before = readlinkSync(inLibrary("dist"));
    write("late.ts", "export const first: string = 1;\n");
    const { code, errors } = await build();
    expect(code).toBe(1);
    expect(errors).toContain("What was built before is untouched");
    expect(readlinkSync(inLibrary("dist"))).toBe(before);
    expect(readdirSync(inLibrary(".builds")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
