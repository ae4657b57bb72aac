import { existsSync, rmSync } from "node:fs";
import { UsageError, UserError } from "../errors.js";
import { cachedSizes, formPath, packPath } from "./cached.js";
import { datasetChecksum } from "./checksum.js";
import { chooseLabels } from "./classes.js";
import type { Dataset, DatasetWorkOptions } from "./dataset.js";
import { givenFolders } from "./given-folders.js";
import { imageBlocks } from "./image-sets.js";
import { openPack, readPackHeader } from "./pack.js";
import { VariousSizesError } from "./pack-images.js";
import { writePack } from "./pack-writer.js";
import { areaAverage, checkAverage } from "./resize.js";
import { selected } from "./selected.js";
import { type SelectionOptions, selectImagesOfRun } from "./selection.js";
import { checkDatasetName, type DatasetFiles, openFiles } from "./sources.js";
import { syntheticDataset } from "./synthetic.js";

export interface LoadOptions extends DatasetWorkOptions {
  /** Folder (or official archive) with the dataset's files; default: what was cached from the last one given. */
  location?: string;
}

/** As `dataset` in a run's configuration, which says more; what only concerns batches may be among it. */
export interface DatasetOptions extends SelectionOptions {
  name: string;
  source: string;
  /** Side to average the images down to, pixels. Default: their own, which has to be one. */
  size?: number | undefined;
}

/**
 * Opens a dataset as a run wants it: averaged down to `size`, of it the chosen classes and images. Where the images of
 * a folder are not squares of one size, the middle square of each is averaged.
 *
 * The whole dataset and its average at each size are kept packed in the cache, so that only the first load decodes.
 * They are made again where the files at `location` changed or where a packed file is damaged. Pixels stay in the
 * packed file until they are asked for: memory does not grow with the dataset, but for 2 bytes of label an image.
 *
 * @returns images [count, size, size, channels], uint8; `test` are the validation images where some are held out;
 *   `close` it after use
 * @throws UsageError for a name, source, size, class or number of images that cannot be
 * @throws UserError where the files are missing, broken or not what they should be
 */
export async function loadDataset(
  config: DatasetOptions,
  { location, ...work }: LoadOptions = {},
): Promise<Dataset> {
  checkDatasetName(config);
  if (config.name === "synthetic") {
    if (location !== undefined) {
      throw new UsageError(
        'Dataset "synthetic" is built in and takes no folder. Leave the folder out, or name another dataset.',
      );
    }
    return select(syntheticDataset(config), config);
  }
  const folder = location ?? givenFolders.get(config.name);
  const files = folder === undefined ? undefined : await openFiles(config, folder);
  if (files) checkSelection(files, config);
  for (const note of files?.notes ?? []) work.onNote?.(note);
  return select(await averaged(config, files, work), config);
}

interface Packed {
  dataset: Dataset;
  origin: string;
}

/** The whole dataset, from the cache where it is still what the files hold. */
async function packed(
  { name, source }: { name: string; source: string },
  files: DatasetFiles | undefined,
  work: DatasetWorkOptions,
): Promise<Packed> {
  const path = packPath({ name, source });
  const stored = openCurrent(path, files?.origin);
  if (stored) return stored;
  if (!files) {
    const sizes = cachedSizes({ name, source }).join(", ");
    const absent = sizes ? `is in the cache for size ${sizes} alone` : "is not in the cache";
    const state = existsSync(path) ? `is damaged in the cache (${path})` : absent;
    const fromFolder = `\`npm run dataset -- ${name} --from FOLDER\``;
    const remedy =
      source === "official" ? `\`npm run dataset -- ${name}\` (downloads it) or ${fromFolder}` : fromFolder;
    throw new UserError(`Dataset "${name}" (source "${source}") ${state}. Run ${remedy}.`);
  }
  await files.pack(path, work);
  return reopened(path);
}

/** All images averaged to `size`, from the cache where they are still what the files hold. */
async function averaged(
  { name, source, size }: DatasetOptions,
  files: DatasetFiles | undefined,
  work: DatasetWorkOptions,
): Promise<Dataset> {
  if (size === undefined) return (await packed({ name, source }, files, work)).dataset;
  const form = formPath({ name, source }, size);
  const origin = files?.origin ?? readPackHeader(packPath({ name, source }))?.origin;
  const stored = openCurrent(form, origin);
  if (stored) return stored.dataset;

  const whole = await packed({ name, source }, files, work).catch(async (error) => {
    if (!(error instanceof VariousSizesError) || !files) throw error;
    // What lies there is of earlier files.
    rmSync(packPath({ name, source }), { force: true });
    await files.pack(form, { ...work, size });
    return reopened(form);
  });
  work.signal?.throwIfAborted();
  if (whole.dataset.height === size) return whole.dataset;
  try {
    await packAveraged(whole, size, form);
  } finally {
    whole.dataset.close();
  }
  return reopened(form).dataset;
}

/** What is packed at `path`, if it is sound and was made from the files of `origin` (any, where that is unknown). */
function openCurrent(path: string, origin: string | undefined): Packed | undefined {
  const stored = openPack(path);
  if (!stored || origin === undefined || stored.origin === origin) return stored;
  stored.dataset.close();
  return undefined;
}

/** What was just packed. */
function reopened(path: string): Packed {
  const stored = openPack(path);
  if (stored) return stored;
  throw new UserError(`${path} was damaged as soon as it was written. Check the disk, then run again.`);
}

async function packAveraged({ dataset, origin }: Packed, size: number, to: string): Promise<void> {
  const { name, source, classes, height: side, channels } = dataset;
  checkAverage(side, size);
  const shape = { height: size, width: size, channels };
  const counts = { trainCount: dataset.train.count, testCount: dataset.test.count };
  await writePack(to, { name, source, classes, ...shape, ...counts, origin }, (writer) => {
    for (const split of ["train", "test"] as const) {
      const { labels } = dataset[split];
      for (const { first, count, bytes } of imageBlocks(dataset[split])) {
        const images = areaAverage(bytes, { side, size, channels });
        writer.put(split, first, images, labels.subarray(first, first + count));
      }
    }
  });
}

/** Refuses before the files are read what they cannot give. */
function checkSelection({ classes, labels }: DatasetFiles, options: SelectionOptions): void {
  if (labels) selectImagesOfRun({ classes, ...labels }, options);
  else chooseLabels(classes, options.classes);
}

/** What a run sees, as views. */
function select(dataset: Dataset, options: SelectionOptions): Dataset {
  try {
    const chosen = selected(dataset, options);
    return chosen === dataset ? dataset : { ...chosen, checksum: datasetChecksum(chosen) };
  } catch (error) {
    dataset.close();
    throw error;
  }
}
