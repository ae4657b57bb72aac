import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../lib/paths.js";
import { packedProject } from "./support/packed-project.js";

const run = promisify(execFile);

const read = (...path: string[]) => readFileSync(join(projectRoot, ...path), "utf8");

/** lib/README.md: each section's one TypeScript program. */
const nouns = [...read("lib", "README.md").matchAll(/^## (\w+)\n[^#]*?```ts\n(.*?)```$/gms)].map(
  ([, noun, source]) => ({ noun: noun!, source: source! }),
);

/** README.md, how to extend: each "**Your own ...**" with its program. */
const extensions = [
  ...read("README.md").matchAll(/^\*\*Your own (\w+)\*\*[^`]*?(?:`[^`]*`[^`]*?)*?```ts\n(.*?)```$/gms),
].map(([, what, source]) => ({ noun: `own-${what}`, source: source! }));

/** Smaller than a reader's, for a test's time. */
const shortened = (source: string): string =>
  source
    .replace('"quick"', '"smoke"')
    .replace("[1, 2, 3]", "[1]")
    .replace("new fs.BatchMaker(dataset), 500", "new fs.BatchMaker(dataset), 5");

/** Folders of small pictures, two classes: `{train,test}/<class>/*.png`. */
async function drawFlowers(location: string): Promise<void> {
  for (const [split, count] of [
    ["train", 110],
    ["test", 20],
  ] as const)
    for (const [i, name] of ["daisy", "rose"].entries()) {
      const own = join(location, split, name);
      mkdirSync(own, { recursive: true });
      for (let image = 0; image < count; image++) {
        const background = { r: 200 * i, g: image % 256, b: 90 };
        await sharp({ create: { width: 8, height: 8, channels: 3, background } })
          .png()
          .toFile(join(own, `${image}.png`));
      }
    }
}

/** The library's programs run in an empty project, the README's within the checkout: the package is found by its name. */
let folder = "";
let outside = "";
beforeAll(async () => {
  const cache = join(projectRoot, "data", "cache");
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, "examples-"));
  outside = (await packedProject()).folder;
}, 180_000);
afterAll(() => {
  for (const made of [folder, outside]) rmSync(made, { recursive: true, force: true });
});

interface Program {
  noun: string;
  source: string;
}

/** Compiles and runs programs in one process, each a module. What each printed, by its noun. */
async function runPrograms(
  place: string,
  programs: readonly Program[],
  before: readonly string[] = [],
): Promise<Map<string, string>> {
  const options = { compilerOptions: { outDir: "out", noEmit: false }, include: ["*.ts"] };
  const configuration = { extends: join(projectRoot, "tsconfig.json"), ...options };
  writeFileSync(join(place, "tsconfig.json"), JSON.stringify(configuration));
  writeFileSync(join(place, "package.json"), '{ "type": "module" }');
  for (const { noun, source } of programs) writeFileSync(join(place, `${noun}.ts`), source);
  const imports = programs.map(
    ({ noun }) => `console.log("== ${noun}");\nawait import("./out/${noun}.js");\n`,
  );
  writeFileSync(join(place, "all.mjs"), [...before, ...imports].join(""));
  const compiler = join(projectRoot, "node_modules", "typescript", "bin", "tsc");
  const compiled = await run(process.execPath, [compiler, "-p", place]).catch((error) => error);
  expect(compiled.stdout).toBe("");
  const environment = {
    FILTER_SPARSITY_RUNS: join(place, "runs"),
    FILTER_SPARSITY_CACHE: join(place, "cache"),
    FILTER_SPARSITY_ENGINE: "wasm",
  };
  const { stdout } = await run(process.execPath, [join(place, "all.mjs")], {
    cwd: place,
    env: { ...process.env, ...environment },
  });
  const parts = stdout.split(/^== /m).slice(1);
  return new Map(
    parts.map((part) => {
      const [noun, ...lines] = part.trimEnd().split("\n");
      return [noun!, lines.join("\n")];
    }),
  );
}

describe("the library's examples", () => {
  it("are one for each noun, and two that extend it, each in under 35 lines", () => {
    expect([...nouns, ...extensions].map(({ noun }) => noun).join(" ")).toBe(
      "Engine Dataset Network Optimizer Session Run Records Rows Figure own-images own-optimizer",
    );
    for (const { source } of extensions) expect(source.split("\n").length).toBeLessThan(35);
  });

  it("have no type errors, and run in an empty project that has the packed library", async () => {
    const printed = await runPrograms(outside, nouns);
    expect([...printed.keys()]).toEqual(nouns.map(({ noun }) => noun));
    expect(printed.get("Engine")).toMatch(/^wasm: /);
    expect(printed.get("Dataset")).toMatch(/^200 \+ \d+ images 8x8x3: .*\nthe first is a /s);
    expect(printed.get("Network")).toMatch(/^C1 8, C2 16, .*\n\d+ parameters/);
    expect(printed.get("Optimizer")).toMatch(
      /^addDecayedWeights, scaleByAdam, .*\nscaleByAdam, .*, decayWeights$/,
    );
    const [, error] = /step 100: test error (\S+) %$/m.exec(printed.get("Session")!)!;
    expect(Number(error)).toBeLessThan(70);
    expect(printed.get("Run")).toMatch(/^[0-9a-f]{12}\/1: test error 0\.\d+, dead by scale [01]/);
    expect(printed.get("Records")).toMatch(/^1 runs on record\n[0-9a-f]{12}\/1: \d+ deaths, /);
    expect(printed.get("Rows")).toMatch(/^[1-9]\d+ rows, [1-9]\d* traces$/);
    expect(printed.get("Figure")).toMatch(
      /^\d+ traces; the strongest penalty is Adam, L2 1e-2\ndead-share-by-penalty, .*; Adam with L2 1e-2 against Adam without/,
    );
  }, 180_000);

  it("that extend it run in the checkout", async () => {
    const location = join(folder, "flowers");
    await drawFlowers(location);
    const which = JSON.stringify({ name: "flowers", source: "jpeg", size: 8 });
    const own = extensions.map(({ noun, source }) => ({ noun, source: shortened(source) }));
    const printed = await runPrograms(folder, own, [
      'import { loadDataset } from "filter-sparsity";\n',
      `await loadDataset(${which}, { location: ${JSON.stringify(location)} });\n`,
    ]);
    expect(printed.get("own-images")).toMatch(
      /Adam, no penalty[\s\S]*\n(supported|contradicted|no difference that matters|undecided): /,
    );
    expect(printed.get("own-optimizer")).toMatch(/^\d+ of 232 dead by scale$/m);
  }, 180_000);
});
