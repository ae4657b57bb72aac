import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { create } from "tar";
import type { CifarArchive, CifarFile } from "../../lib/datasets/cifar-archives.js";

const imageBytes = 32 * 32 * 3;

/** The bytes of a .bin file: image i has class (first + i) mod classes and pixel bytes that tell channel and place. */
export function binBytes({
  records,
  labelBytes,
  classes,
  first = 0,
}: {
  records: number;
  labelBytes: number;
  classes: number;
  first?: number;
}): Buffer {
  const bytes = Buffer.alloc(records * (labelBytes + imageBytes));
  for (let record = 0, at = 0; record < records; record++) {
    bytes.fill(250, at, at + labelBytes - 1);
    bytes[at + labelBytes - 1] = (first + record) % classes;
    at += labelBytes;
    for (let i = 0; i < imageBytes; i++) bytes[at++] = pixel(first + record, i);
  }
  return bytes;
}

/** Value of byte `i` (channel by channel) of image `index`. */
export const pixel = (index: number, i: number): number => (7 * index + 100 * Math.floor(i / 1024) + i) % 256;

const md5 = (bytes: Buffer) => createHash("md5").update(bytes).digest("hex");

/** Contents of the files of both datasets, by name. */
export const contents = new Map<string, Buffer>();

function files(
  names: string[],
  shape: { records: number; labelBytes: number; classes: number },
): CifarFile[] {
  return names.map((name, index) => {
    const bytes = binBytes({ ...shape, first: index * shape.records });
    contents.set(name, bytes);
    return { name, records: shape.records, md5: md5(bytes) };
  });
}

const ten = { records: 20, labelBytes: 1, classes: 10 };
const hundred = { records: 200, labelBytes: 2, classes: 100 };
const cifar10 = {
  name: "cifar10" as const,
  title: "CIFAR-10",
  folder: "cifar-10-batches-bin",
  labelBytes: 1,
  train: files(["data_batch_1.bin", "data_batch_2.bin"], ten),
  test: files(["test_batch.bin"], ten),
  classes: Array.from({ length: 10 }, (_, i) => `class${i}`),
};
const cifar100 = {
  name: "cifar100" as const,
  title: "CIFAR-100",
  folder: "cifar-100-binary",
  labelBytes: 2,
  train: files(["train.bin"], hundred),
  test: files(["test.bin"], hundred),
  classes: Array.from({ length: 100 }, (_, i) => `class${i}`),
};

export function writeBinFiles(archive: { train: CifarFile[]; test: CifarFile[] }, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { name } of [...archive.train, ...archive.test]) {
    writeFileSync(join(folder, name), contents.get(name)!);
  }
}

/** The archive's bytes; beside the wanted files it has an entry that climbs out, a link and a text. */
async function pack(archive: typeof cifar10 | typeof cifar100): Promise<Buffer> {
  const root = mkdtempSync(join(tmpdir(), "tiny-cifar-"));
  const folder = join(root, "inside", archive.folder);
  writeBinFiles(archive, folder);
  writeFileSync(join(folder, "readme.html"), "about");
  writeFileSync(join(root, "escaped.bin"), "must not be written anywhere");
  symlinkSync("/etc/hostname", join(folder, "link.bin"));
  const file = join(root, "packed.tar.gz");
  await create({ file, gzip: true, portable: true, preservePaths: true, cwd: join(root, "inside") }, [
    "../escaped.bin",
    archive.folder,
  ]);
  const bytes = readFileSync(file);
  rmSync(root, { recursive: true });
  return bytes;
}

async function complete(parts: typeof cifar10 | typeof cifar100, name: string): Promise<CifarArchive> {
  const bytes = await pack(parts);
  contents.set(name, bytes);
  return { ...parts, archive: { name, bytes: bytes.length, md5: md5(bytes) } };
}

/** Small stand-ins of the official archives: the same layout, few records, their own checksums. */
export const tinyArchives = [
  await complete(cifar10, "cifar-10-binary.tar.gz"),
  await complete(cifar100, "cifar-100-binary.tar.gz"),
] as const;

/** What stands in for lib/datasets/cifar-archives.js. */
export function mockedArchives() {
  const cifarArchive = (name: string) => tinyArchives.find((archive) => archive.name === name);
  return {
    cifarSide: 32,
    cifarArchives: tinyArchives,
    cifarArchive,
    binFiles: ({ train, test }: CifarArchive) => [...train, ...test],
    isCifar: (name: string) => cifarArchive(name) !== undefined,
  };
}

export function writeArchive(
  folder: string,
  name: "cifar-10-binary.tar.gz" | "cifar-100-binary.tar.gz",
): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents.get(name)!);
  return path;
}
