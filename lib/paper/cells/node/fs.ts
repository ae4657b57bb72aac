/** What the library uses of Node's `fs`, on the page's disk. */
import { resolve } from "pathe";
import { disk, diskError } from "../worker/disk.js";

type Encoding = BufferEncoding | { encoding?: BufferEncoding | null } | null | undefined;
type Path = string | URL;

const at = (path: Path): string =>
  resolve(path instanceof URL ? decodeURIComponent(path.pathname) : path).replace(/(?<=.)\/$/, "");

const encodingOf = (encoding: Encoding): BufferEncoding | undefined =>
  (typeof encoding === "string" ? encoding : encoding?.encoding) ?? undefined;

export class Stats {
  readonly size: number;
  readonly ino: number;
  readonly ctimeMs = 0;
  readonly mtimeMs = 0;
  readonly mtime = new Date(0);
  private readonly folder: boolean;

  constructor({ size, folder, version }: { size: number; folder: boolean; version: number }) {
    this.size = size;
    this.ino = version;
    this.folder = folder;
  }

  isFile = (): boolean => !this.folder;
  isDirectory = (): boolean => this.folder;
  isSymbolicLink = (): boolean => false;
}

export const existsSync = (path: Path): boolean => disk.stat(at(path)) !== undefined;

export function statSync(path: Path, { throwIfNoEntry = true } = {}): Stats | undefined {
  const found = disk.stat(at(path));
  if (!found && throwIfNoEntry) throw diskError("ENOENT", at(path));
  return found && new Stats(found);
}

export const lstatSync = statSync;

export function readdirSync(path: Path, { withFileTypes = false, encoding = "utf8" } = {}): unknown[] {
  const folder = at(path);
  const named = (name: string) => (encoding === "buffer" ? Buffer.from(name) : name);
  const names = disk.list(folder);
  return withFileTypes
    ? names.map((name) =>
        Object.assign(new Stats(disk.stat(`${folder}/${name}`)!), { name: named(name), parentPath: folder }),
      )
    : names.map(named);
}

export function readFileSync(path: Path, encoding?: Encoding): string | Buffer {
  const bytes = disk.read(at(path));
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const how = encodingOf(encoding);
  return how === undefined ? buffer : buffer.toString(how);
}

export function writeFileSync(path: Path, data: string | Uint8Array, encoding?: Encoding): void {
  const bytes = typeof data === "string" ? Buffer.from(data, encodingOf(encoding) ?? "utf8") : data;
  const target = at(path);
  const parent = at(`${target}/..`);
  if (!disk.stat(parent)?.folder) throw diskError("ENOENT", target);
  disk.write(target, Uint8Array.from(bytes));
}

export const mkdirSync = (path: Path): void => disk.makeFolder(at(path));
export const rmSync = (path: Path): void => disk.remove(at(path));
export const unlinkSync = rmSync;
export const renameSync = (from: Path, to: Path): void => disk.rename(at(from), at(to));
export const realpathSync = (path: Path): string => at(path);

export function mkdtempSync(prefix: string): string {
  const path = at(`${prefix}${crypto.randomUUID().slice(0, 6)}`);
  disk.makeFolder(path);
  return path;
}

/** Open files: a path, and of one that is being written its bytes in a buffer that grows. */
const opened = new Map<number, { path: string; buffer?: Uint8Array<ArrayBuffer> }>();
let descriptors = 2;

export function openSync(path: Path, flags = "r"): number {
  if (flags === "r" && !disk.stat(at(path))) throw diskError("ENOENT", at(path));
  if (flags === "wx" && disk.stat(at(path))) throw diskError("EEXIST", at(path));
  if (flags !== "r") disk.write(at(path), new Uint8Array(0));
  opened.set(++descriptors, { path: at(path), ...(flags !== "r" && { buffer: new Uint8Array(4096) }) });
  return descriptors;
}

export const fsyncSync = (): void => {};
export const fstatSync = (descriptor: number): Stats | undefined => statSync(opened.get(descriptor)!.path);

export function writeSync(
  descriptor: number,
  from: Uint8Array,
  offset: number,
  length: number,
  position: number,
): number {
  const file = opened.get(descriptor)!;
  const end = Math.max(position + length, disk.read(file.path).length);
  if (!file.buffer || file.buffer.length < end) {
    const grown = new Uint8Array(2 * end);
    grown.set(file.buffer ?? []);
    file.buffer = grown;
  }
  file.buffer.set(from.subarray(offset, offset + length), position);
  disk.write(file.path, file.buffer.subarray(0, end));
  return length;
}

export const closeSync = (descriptor: number): void => void opened.delete(descriptor);

export function readSync(
  descriptor: number,
  into: Uint8Array,
  offset: number,
  length: number,
  position: number,
): number {
  const part = disk.read(opened.get(descriptor)!.path).subarray(position, position + length);
  into.set(part, offset);
  return part.length;
}
