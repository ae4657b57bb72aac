import { createHash } from "node:crypto";
import { mkdir, readFile, realpath, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { projectRoot } from "../paths.js";
import { svgAddress } from "./sanitize.js";

/** A picture as a page shows it; pixels where they are known. */
export interface ShownPicture {
  src: string;
  width?: number;
  height?: number;
}

/** What the files of attached pictures hold, by name and type, as a notebook's cell has it. */
export type Attachments = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface PictureOptions {
  /** The site's folder. */
  site: string;
  /** Of the notebook: what relative paths begin at. */
  folder?: string;
  attachments?: Attachments;
}

/** What browsers show, by the names sharp has for them. */
const suffixes: Record<string, string> = { png: "png", jpeg: "jpg", gif: "gif", webp: "webp", heif: "avif" };

/**
 * Puts a picture into the site: "attachment:name", a path from the notebook on, or data. Throws an `Error` that says why
 * there is none to show.
 */
export async function picture(url: string, options: PictureOptions): Promise<ShownPicture> {
  if (/^https?:/i.test(url)) throw new Error("it is on another machine, and a page loads nothing from there");
  return storePicture(await bytesOf(url, options), options.site);
}

async function bytesOf(url: string, { folder, attachments = {} }: PictureOptions): Promise<Buffer> {
  const data = /^data:image\/[\w.+-]+;base64,(.*)$/is.exec(url)?.[1];
  if (data !== undefined) return Buffer.from(decodeURIComponent(data), "base64");
  const path = decoded(url.replace(/[?#].*$/, ""));
  if (/^attachment:/i.test(url)) {
    const name = path.slice("attachment:".length);
    const [attached] = Object.values(attachments[name] ?? attachments[name.normalize("NFC")] ?? {});
    if (typeof attached !== "string") throw new Error("its cell has no such attachment");
    return Buffer.from(attached, "base64");
  }
  if (/^[a-z][\w+.-]*:/i.test(path) || folder === undefined) throw new Error("it is no path of a file");
  const file = await existing(
    [path, path.normalize("NFC"), path.normalize("NFD")].map((one) => resolve(folder, one)),
  );
  const isInside = (root: string) => !/^\.\.([\\/]|$)/.test(relative(root, file));
  if (!isInside(await realpath(projectRoot)) && !isInside(await realpath(folder)))
    throw new Error("it is outside of the project");
  return readFile(file);
}

async function existing(paths: string[]): Promise<string> {
  for (const path of paths) {
    const found = await realpath(path).catch(() => undefined);
    if (found !== undefined) return found;
  }
  throw new Error("there is no such file");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Writes a picture into the site's `pictures/` under a name made from its bytes; SVG becomes part of the page, since a
 * file of it could run scripts when opened by itself. Throws an `Error` where the bytes are no picture.
 */
export async function storePicture(bytes: Buffer, site: string): Promise<ShownPicture> {
  const { default: sharp } = await import("sharp");
  const { format, width, height } = await sharp(bytes)
    .metadata()
    .catch(() => {
      throw new Error("it is no picture that can be read");
    });
  if (format === "svg") return { src: svgAddress(bytes.toString("utf8")), width, height };
  const suffix = suffixes[format ?? ""];
  if (suffix === undefined) throw new Error(`browsers do not show ${format}`);
  const src = `pictures/${createHash("sha256").update(bytes).digest("hex").slice(0, 20)}.${suffix}`;
  await mkdir(dirname(join(site, src)), { recursive: true });
  await writeFile(join(site, src), bytes);
  return { src, width, height };
}
