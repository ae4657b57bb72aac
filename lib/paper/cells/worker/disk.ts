/** A file of the page's disk: its bytes, or where they are fetched from when they are first read. */
type Entry = { bytes: Uint8Array<ArrayBuffer> } | { address: string; size: number } | { blob: Blob };

export interface Stat {
  size: number;
  folder: boolean;
  /** Changes whenever the file is written. */
  version: number;
}

/** What the site says of its files: see `lib/paper/cells/files.ts`. */
export interface DiskListing {
  /** Texts by path. */
  texts: Record<string, string>;
  /** Sizes in bytes of files that are fetched one by one, by path. */
  files: Record<string, number>;
}

/** As Node's errors are: programs go by the code. */
export function diskError(code: "ENOENT" | "ENOTDIR" | "EISDIR" | "EEXIST", path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, path });
}

/**
 * The files that cells see: a part of the checkout, read from the site when it is asked for, and what cells write, which
 * stays in memory until the page is left. Reading is synchronous, as Node's is, which only a worker may do.
 */
export class Disk {
  readonly #files = new Map<string, Entry & { version: number }>();
  /** Files that are there again when the page is loaded again. */
  readonly #lasting = new Set<string>();
  readonly #folders = new Map<string, Set<string>>([["/", new Set()]]);
  #writes = 0;

  /** Adds files of the site; `base`: the address of the folder that those fetched one by one lie in. */
  mount(folder: string, { texts, files }: DiskListing, base: string): void {
    const encoder = new TextEncoder();
    for (const [path, text] of Object.entries(texts)) this.write(`${folder}/${path}`, encoder.encode(text));
    for (const [path, size] of Object.entries(files))
      this.#put(`${folder}/${path}`, { address: new URL(path, base).href, size });
    for (const path of [...Object.keys(texts), ...Object.keys(files)]) this.keep(`${folder}/${path}`);
  }

  /** Adds a file of the reader's, whose bytes stay where they are. */
  add(path: string, blob: Blob): void {
    this.#put(path, { blob });
  }

  /** Says that a file is there again when the page is loaded again, until it is written. */
  keep(path: string): void {
    this.#lasting.add(path);
  }

  isKept(path: string): boolean {
    return this.#lasting.has(path);
  }

  stat(path: string): Stat | undefined {
    const file = this.#files.get(path);
    if (file)
      return {
        size: sizeOf(file),
        folder: false,
        version: file.version,
      };
    return this.#folders.has(path) ? { size: 0, folder: true, version: 0 } : undefined;
  }

  /** Names in a folder. Throws as Node does where it is none. */
  list(path: string): string[] {
    const names = this.#folders.get(path);
    if (!names) throw diskError(this.#files.has(path) ? "ENOTDIR" : "ENOENT", path);
    return [...names];
  }

  /** Throws as Node does where there is no such file, and with the address where the site lacks it. */
  read(path: string): Uint8Array<ArrayBuffer> {
    const file = this.#files.get(path);
    if (!file) throw diskError(this.#folders.has(path) ? "EISDIR" : "ENOENT", path);
    if ("bytes" in file) return file.bytes;
    // Images are read once each, and are many.
    if ("blob" in file) return readNow(file.blob);
    const bytes = fetchNow(file.address);
    this.#files.set(path, { bytes, version: file.version });
    return bytes;
  }

  write(path: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.#put(path, { bytes });
  }

  makeFolder(path: string): void {
    if (this.#files.has(path)) throw diskError("EEXIST", path);
    if (this.#folders.has(path)) return;
    const { parent, name } = split(path);
    this.makeFolder(parent);
    this.#folders.get(parent)!.add(name);
    this.#folders.set(path, new Set());
  }

  /** Removes a file, or a folder with all that is in it; nothing where there is none. */
  remove(path: string): void {
    for (const name of this.#folders.get(path) ?? []) this.remove(`${path}/${name}`);
    this.#folders.delete(path);
    this.#files.delete(path);
    const { parent, name } = split(path);
    this.#folders.get(parent)?.delete(name);
  }

  rename(from: string, to: string): void {
    const folder = this.#folders.get(from);
    const file = this.#files.get(from);
    if (!folder && !file) throw diskError("ENOENT", from);
    if (folder) {
      if ((this.#folders.get(to)?.size ?? 0) > 0) throw diskError("EEXIST", to);
      this.makeFolder(to);
      for (const name of [...folder]) this.rename(`${from}/${name}`, `${to}/${name}`);
    } else this.#put(to, file!);
    this.remove(from);
  }

  #put(path: string, entry: Entry): void {
    if (this.#folders.has(path)) throw diskError("EISDIR", path);
    const { parent, name } = split(path);
    this.makeFolder(parent);
    this.#folders.get(parent)!.add(name);
    this.#lasting.delete(path);
    this.#files.set(path, { ...entry, version: ++this.#writes });
  }
}

function sizeOf(entry: Entry): number {
  if ("bytes" in entry) return entry.bytes.length;
  return "blob" in entry ? entry.blob.size : entry.size;
}

function split(path: string): { parent: string; name: string } {
  const at = path.lastIndexOf("/");
  return { parent: at <= 0 ? "/" : path.slice(0, at), name: path.slice(at + 1) };
}

/** Of a worker's global scope; the library's types are a page's. */
declare const FileReaderSync: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer };

function readNow(blob: Blob): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(new FileReaderSync().readAsArrayBuffer(blob));
  } catch {
    throw new Error("a file that you gave this page is gone or was changed since. Give the folder again.");
  }
}

function fetchNow(address: string): Uint8Array<ArrayBuffer> {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  request.responseType = "arraybuffer";
  try {
    request.send();
  } catch {
    throw new Error(`${address} could not be fetched. Is the connection there? Then run the cell again.`);
  }
  if (request.status !== 200)
    throw new Error(
      `the site has no ${address} (status ${request.status}). Build it again with npm run paper.`,
    );
  return new Uint8Array(request.response as ArrayBuffer);
}

/** The one disk of a worker. */
export const disk = new Disk();

/** Where the checkout lies on it. */
export const root = "/paper";
