import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { expect, test, vi } from "vitest";
import { packPath } from "../../lib/datasets/cached.js";
import { type DatasetOptions, loadDataset } from "../../lib/datasets/load.js";
import { openPack } from "../../lib/datasets/pack.js";
import { UserError } from "../../lib/errors.js";
import { writeImageFolder } from "./images.js";
import { useTemporaryFolder } from "./temporary.js";
import { contents, tinyArchives } from "./tiny-cifar.js";

vi.mock("../../lib/datasets/cifar-archives.js", async () =>
  (await import("./tiny-cifar.js")).mockedArchives(),
);

const { path } = useTemporaryFolder();
/** Of each kind; `FUZZ_RUNS=500 npx vitest run test/datasets/fuzz.test.ts` looks further. */
const runs = Number(process.env.FUZZ_RUNS ?? 100);
const neighbor = { name: "pets", source: "jpeg" };

/** What may happen to a file; `at` is a share of its length. */
const damages = fc.array(
  fc.record({
    file: fc.nat(),
    kind: fc.constantFrom(
      "cut",
      "longer",
      "changed",
      "random",
      "empty",
      "gone",
      "renamed",
      "a folder",
      "copied",
    ),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }),
    name: fc.constantFrom("x.png", "DATA_BATCH_1.BIN", "ä\n.jpg", ".hidden", "+.jpeg", "images"),
  }),
  { minLength: 1, maxLength: 3 },
);

type Damage = typeof damages extends fc.Arbitrary<(infer One)[]> ? One : never;

function damage(files: string[], { file, kind, at, bytes, name }: Damage): void {
  const target = files[file % files.length]!;
  const other = files[(file + 1) % files.length]!;
  if (!existsSync(target) || !existsSync(other)) return;
  if (kind === "gone" || kind === "a folder") rmSync(target, { recursive: true });
  if (kind === "a folder") mkdirSync(target);
  if (kind === "gone" || kind === "a folder") return;
  if (kind === "renamed") {
    renameSync(target, join(dirname(target), name));
    return;
  }
  let sound: Buffer;
  try {
    sound = readFileSync(kind === "copied" ? other : target);
  } catch {
    return;
  }
  const place = Math.floor(at * sound.length);
  const changed = Buffer.from(sound);
  changed.set(bytes.subarray(0, sound.length - place), place);
  const result = {
    cut: sound.subarray(0, place),
    longer: Buffer.concat([sound, bytes]),
    changed,
    random: Buffer.from(bytes),
    empty: Buffer.alloc(0),
    copied: sound,
  }[kind];
  rmSync(target, { recursive: true });
  writeFileSync(target, result);
}

/** Writes the files, damages them and loads them. */
async function check(files: Map<string, Buffer>, options: DatasetOptions, what: Damage[]): Promise<string> {
  const folder = path("set");
  rmSync(folder, { recursive: true, force: true });
  rmSync(dirname(packPath(options)), { recursive: true, force: true });
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  for (const one of what)
    damage(
      [...files.keys()].map((name) => join(folder, name)),
      one,
    );
  let outcome: string;
  try {
    const dataset = await loadDataset(options, { location: folder });
    dataset.close();
    outcome = dataset.checksum;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.message.replaceAll("ä\n", "")).toMatch(/^[^\n]+[.]$/);
    outcome = "refused";
  }
  // Only whole packs are in the cache: this one if it was accepted, and its neighbor.
  const own = openPack(packPath(options));
  expect(own === undefined).toBe(outcome === "refused");
  own?.dataset.close();
  const left = readdirSync(path("cache"), { recursive: true }).filter((name) =>
    /\.(tmp|pack)/.test(`${name}`),
  );
  expect(left).toHaveLength(outcome === "refused" ? 1 : 2);
  return outcome;
}

async function withNeighbor(work: () => Promise<void>): Promise<void> {
  await writeImageFolder(path("pets"));
  const sound = await loadDataset(neighbor, { location: path("pets") });
  sound.close();
  await work();
  const later = await loadDataset(neighbor);
  later.close();
  expect(later.checksum).toBe(sound.checksum);
}

test("damaged CIFAR files are refused in one line, and nothing else is touched", async () => {
  const [archive] = tinyArchives;
  const names = [...archive.train, ...archive.test].map(({ name }) => name);
  const files = new Map(names.map((name) => [name, contents.get(name)!]));
  const official = { name: "cifar10", source: "official" };
  await withNeighbor(async () => {
    const sound = await check(files, official, []);
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(damages, async (what) => {
        const outcome = await check(files, official, what);
        if (outcome === "refused") refused++;
        else expect(outcome).toBe(sound);
      }),
      { numRuns: runs, seed: 1 },
    );
    expect(refused).toBeGreaterThan(runs / 2);
  });
});

test("damaged image folders are refused in one line or loaded whole, and nothing else is touched", async () => {
  const files = new Map<string, Buffer>();
  for (const [split, count] of [["train", 2] as const, ["test", 1] as const]) {
    for (const [label, name] of ["cat", "dog"].entries()) {
      for (let index = 0; index < count; index++) {
        const pixels = Buffer.alloc(8 * 8 * 3, 40 * label + 90 * index);
        const image = sharp(pixels, { raw: { width: 8, height: 8, channels: 3 } });
        const [extension, format] = index === 0 ? (["jpg", "jpeg"] as const) : (["png", "png"] as const);
        files.set(join(split, name, `${index}.${extension}`), await image.toFormat(format).toBuffer());
      }
    }
  }
  files.set("words.txt", Buffer.from("cat\tcat, pussy-cat\ndog\thound\n"));
  const photos = { name: "photos", source: "jpeg" };
  await withNeighbor(async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(damages, async (what) => {
        if ((await check(files, photos, what)) === "refused") refused++;
      }),
      { numRuns: runs, seed: 2 },
    );
    expect(refused).toBeGreaterThan(runs / 4);
  });
});

test("a damaged pack is never opened", async () => {
  await withNeighbor(async () => {
    const file = packPath(neighbor);
    const sound = readFileSync(file);
    fc.assert(
      fc.property(damages, (what) => {
        for (const one of what) damage([file], one);
        const opened = openPack(file);
        opened?.dataset.close();
        if (opened) expect(readFileSync(file).equals(sound)).toBe(true);
        rmSync(dirname(file), { recursive: true, force: true });
        mkdirSync(dirname(file));
        writeFileSync(file, sound);
      }),
      { numRuns: 3 * runs, seed: 3 },
    );
  });
});
