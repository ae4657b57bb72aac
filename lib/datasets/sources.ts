import { readdirSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { messageOf, UsageError, UserError } from "../errors.js";
import { packCifar } from "./cifar.js";
import { cifarArchive, cifarArchives } from "./cifar-archives.js";
import type { DatasetWorkOptions } from "./dataset.js";
import { describeOtherVersion, findCifar } from "./find-cifar.js";
import { looksLikeImageFolder, scanImageFolder } from "./image-folder.js";
import { packImageFolder } from "./pack-images.js";

/** Datasets known by name; any other name is given to an image folder by its user. */
export const datasetNames: readonly string[] = ["synthetic", ...cifarArchives.map(({ name }) => name)];

const expectedFolder =
  "Expected the CIFAR binary files (or their .tar.gz), or an image folder train/<class>/, test/<class>/";

/**
 * Which copy of a dataset lies at `location`: "official" for CIFAR binary files or their archive, "jpeg" for an
 * image folder.
 *
 * @throws UserError where there is nothing, or neither of them
 */
export async function detectSource(location: string): Promise<"official" | "jpeg"> {
  const path = existing(location);
  if (await findCifar(path)) return "official";
  if (looksLikeImageFolder(path)) return "jpeg";
  throw await noDataset(path);
}

const noDataset = async (path: string): Promise<UserError> =>
  new UserError((await describeOtherVersion(path)) ?? `${path} holds no dataset. ${expectedFolder}.`);

/** Files of a dataset at a place, not yet read. */
export interface DatasetFiles {
  /** Changes whenever a file does. */
  origin: string;
  classes: readonly string[];
  /** Of every image, where they can be told without reading the images. */
  labels?: { train: Uint16Array; test: Uint16Array };
  /** What of the files was left out, in lines. */
  notes: readonly string[];
  /**
   * Reads and checks all of them, and writes the whole dataset to the packed file `to`. Throws `VariousSizesError` where
   * that takes a `size`, to which every image is then cut and averaged.
   */
  pack(to: string, options?: DatasetWorkOptions & { size?: number }): Promise<void>;
}

/**
 * Looks at the files of dataset `name`, copy `source`, without reading them.
 *
 * @throws UserError where `location` holds something else or lacks a part
 */
export async function openFiles(
  { name, source }: { name: string; source: string },
  location: string,
): Promise<DatasetFiles> {
  const path = existing(location);
  const cifar = await findCifar(path);
  if (source === "official") {
    const { title } = cifarArchive(name)!;
    if (!cifar) {
      const other = await describeOtherVersion(path);
      if (other !== undefined) throw new UserError(other);
      const hint = looksLikeImageFolder(path) ? ' For an image folder set dataset.source to "jpeg".' : "";
      throw new UserError(`${path} holds no ${title} binary files.${hint || ` ${expectedFolder}.`}`);
    }
    if (cifar.archive.name !== name) {
      throw new UserError(`${path} holds ${cifar.archive.title}, not ${title}. Give the folder of ${title}.`);
    }
    const { origin, archive } = cifar;
    return {
      origin,
      classes: archive.classes,
      notes: [],
      pack: (to, options) => packCifar(cifar, to, options),
    };
  }
  if (cifar) {
    throw new UserError(
      `${path} holds official ${cifar.archive.title} files, but source "${source}" was asked for. Set dataset.source to "official", or give an image folder.`,
    );
  }
  if (!looksLikeImageFolder(path)) throw await noDataset(path);
  const folder = scanImageFolder(path);
  return {
    origin: folder.origin,
    classes: folder.classes,
    labels: { train: labelsOf(folder.train), test: labelsOf(folder.test) },
    notes: folder.notes,
    pack: (to, options) => packImageFolder(folder, to, { name, source, ...options }),
  };
}

const labelsOf = (files: { label: number }[]): Uint16Array => Uint16Array.from(files, ({ label }) => label);

/** Checks that such a dataset can be, before anything is looked for. */
export function checkDatasetName({ name, source }: { name: string; source: string }): void {
  if ((name === "synthetic") !== (source === "builtin")) {
    throw new UsageError(
      `Dataset "${name}" has no source "${source}": "builtin" belongs to "synthetic" alone. Set dataset.source to ${name === "synthetic" ? '"builtin"' : '"official" or "jpeg"'}.`,
    );
  }
  if (source === "official" && !cifarArchive(name)) {
    const known = cifarArchives.map((archive) => archive.name).join(", ");
    throw new UsageError(
      `Dataset "${name}" has no official files here (${known} have). For an image folder set dataset.source to "jpeg".`,
    );
  }
}

/** The absolute path of something that is there and not empty. */
function existing(location: string): string {
  const path = resolve(location);
  let isEmpty: boolean;
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) throw new UserError(`${path} does not exist. ${expectedFolder}.`);
    isEmpty = found.isDirectory() && readdirSync(path).length === 0;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`Could not read ${path}: ${messageOf(error)}. ${expectedFolder}.`, { cause: error });
  }
  if (isEmpty) throw new UserError(`${path} is empty. ${expectedFolder}.`);
  return path;
}
