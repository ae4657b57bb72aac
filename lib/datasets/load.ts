import { existsSync } from "node:fs";
import { UsageError, UserError } from "../errors.js";
import type { RunConfig } from "../runs/config.js";
import { formPath, packPath } from "./cached.js";
import type { Dataset, DatasetWorkOptions } from "./dataset.js";
import { datasetChecksum, readPack, readPackHeader, writePack } from "./pack.js";
import { areaAverage } from "./resize.js";
import { checkDatasetName, type DatasetFiles, openFiles } from "./sources.js";
import { balancedSubset } from "./subset.js";
import { syntheticDataset } from "./synthetic.js";

export interface LoadOptions extends DatasetWorkOptions {
  /** Folder (or official archive) with the dataset's files; default: what was cached from the last one given. */
  location?: string;
}

/**
 * Loads a dataset as a run wants it: averaged down to `size`, then `trainImages` of each class alike.
 *
 * The whole dataset and each prepared form are kept packed in the cache, so that only the first load decodes.
 * They are made again where the files at `location` changed or where a packed file is damaged.
 *
 * @returns images [count, size, size, channels], uint8
 * @throws UsageError for a name, source or size that cannot be
 * @throws UserError where the files are missing, broken or not what they should be
 */
export async function loadDataset(
  config: RunConfig["dataset"],
  { location, ...work }: LoadOptions = {},
): Promise<Dataset> {
  checkDatasetName(config);
  const { size, trainImages } = config;
  if (config.name === "synthetic") {
    if (location !== undefined) {
      throw new UsageError(
        'Dataset "synthetic" is built in and takes no folder. Leave the folder out, or name another dataset.',
      );
    }
    return prepare(syntheticDataset({ size }), { size, trainImages });
  }
  const files = location === undefined ? undefined : await openFiles(config, location);
  const form = formPath(config, config);
  const origin = files?.origin ?? (await readPackHeader(packPath(config)))?.origin;
  const stored = await readPack(form);
  if (stored && (origin === undefined || stored.origin === origin)) return stored.dataset;

  const whole = await packed(config, files, work);
  work.signal?.throwIfAborted();
  const prepared = prepare(whole.dataset, { size, trainImages });
  if (prepared !== whole.dataset) await writePack(form, prepared, whole.origin);
  return prepared;
}

/**
 * Loads a dataset as it is: every image, at its own size. It is packed into the cache as by `loadDataset`.
 *
 * @throws UsageError for a name or source that cannot be
 * @throws UserError where the files are missing, broken or not what they should be
 */
export async function loadWholeDataset(
  which: { name: string; source: string },
  { location, ...work }: LoadOptions = {},
): Promise<Dataset> {
  checkDatasetName(which);
  if (which.name === "synthetic") return syntheticDataset();
  const files = location === undefined ? undefined : await openFiles(which, location);
  return (await packed(which, files, work)).dataset;
}

/** The whole dataset, from the cache where it is still what the files hold. */
async function packed(
  { name, source }: { name: string; source: string },
  files: DatasetFiles | undefined,
  work: DatasetWorkOptions,
): Promise<{ dataset: Dataset; origin: string }> {
  const path = packPath({ name, source });
  const stored = await readPack(path);
  if (stored && (!files || stored.origin === files.origin)) return stored;
  if (!files) {
    const state = existsSync(path) ? `is damaged in the cache (${path})` : "is not in the cache";
    const fromFolder = `\`npm run dataset -- ${name} --from FOLDER\``;
    const remedy =
      source === "official" ? `\`npm run dataset -- ${name}\` (downloads it) or ${fromFolder}` : fromFolder;
    throw new UserError(`Dataset "${name}" (source "${source}") ${state}. Run ${remedy}.`);
  }
  const dataset = await files.read(work);
  await writePack(path, dataset, files.origin);
  return { dataset, origin: files.origin };
}

/** The dataset itself where nothing is to be done. */
function prepare(dataset: Dataset, { size, trainImages }: { size: number; trainImages?: number }): Dataset {
  const { height: side, channels, classes, test } = dataset;
  if (size === side && trainImages === undefined) return dataset;
  const train =
    trainImages === undefined ? dataset.train : balancedSubset(dataset.train, classes, trainImages);
  const averaged = (images: Uint8Array) => areaAverage(images, { side, size, channels });
  const parts = {
    height: size,
    width: size,
    channels,
    train: { ...train, images: averaged(train.images) },
    test: { ...test, images: averaged(test.images) },
  };
  return { ...dataset, ...parts, checksum: datasetChecksum(parts) };
}
