import { existsSync } from "node:fs";
import { rm, stat } from "node:fs/promises";
import type { Command } from "commander";
import { createLogUpdate } from "log-update";
import type { Dataset, DatasetProgress, DatasetWorkOptions } from "../datasets/dataset.js";
import { UsageError, UserError } from "../errors.js";
import { printable } from "../printable.js";
import { unknownWord } from "../suggest.js";
import { parseCount } from "./options.js";
import { shownPath } from "./shown-path.js";

export interface DatasetCommandOptions extends DatasetWorkOptions {
  /** Folder (or official archive) with the files; default: what is in the cache, else a download. */
  from?: string;
  /** Side to average the images down to, pixels; default: their own. */
  size?: number;
  /** Takes one line at a time. */
  print: (line: string) => void;
}

export function register(program: Command): void {
  program
    .command("dataset")
    .summary("download, check or describe a dataset")
    .description(
      "Bring a dataset into the cache and say what it is: counts, classes, statistics, checksum. " +
        "Without a name: list the datasets and what is cached.",
    )
    .argument("[name]", "synthetic, cifar10, cifar100, or a name of your own for an image folder")
    .option("--from <folder>", "folder with the CIFAR binary files (or the .tar.gz), or an image folder")
    .option(
      "--size <pixels>",
      "side to average the images down to; needed where they are not squares of one size",
    )
    .action(async (name: string | undefined, { from, size }: { from?: string; size?: string }) => {
      const print = (line: string) => console.log(printable(line));
      if (name === undefined) {
        if (from !== undefined) {
          throw new UsageError(
            "--from needs a name for the dataset, e.g. `npm run dataset -- cifar10 --from FOLDER`.",
          );
        }
        return listDatasetsCommand({ print });
      }
      const pixels = size === undefined ? undefined : parseCount("--size", size, 512);
      const { onProgress, onNote, close } = openProgress();
      try {
        await prepareDatasetCommand(name, { from, size: pixels, print, onProgress, onNote });
      } finally {
        close();
      }
    });
}

/**
 * Brings a dataset into the cache, from a folder or by download, and prints what it is.
 *
 * @throws UsageError for a name that is neither known nor cached nor given a folder
 */
export async function prepareDatasetCommand(
  name: string,
  { from, size, print, ...work }: DatasetCommandOptions,
): Promise<void> {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) {
    throw new UsageError(
      `"${name}" cannot name a dataset. Expected lower-case letters, digits and dashes, e.g. my-images.`,
    );
  }
  const { cachedDatasets, datasetNames, detectSource, isCifar, loadDataset } = await import(
    "../datasets/index.js"
  );
  const describe = async (source: string, location?: string) => {
    await describeAndClose(await loadDataset({ name, source, size }, { location, ...work }), print);
  };
  if (from !== undefined) {
    if (name === "synthetic") {
      throw new UsageError(
        '"synthetic" is built in and takes no --from. Choose another name for the folder.',
      );
    }
    return describe(await detectSource(from), from);
  }
  if (name === "synthetic") return describe("builtin");
  const sources = cachedDatasets().flatMap((cached) => (cached.name === name ? [cached.source] : []));
  if (isCifar(name)) return describeOfficial(name, { size, print, ...work });
  if (sources.length === 0) {
    throw unknownWord("dataset", name, [...datasetNames, "any other with --from FOLDER"]);
  }
  for (const source of sources) await describe(source);
}

/** The official files, downloaded unless a sound copy is in the cache. */
async function describeOfficial(
  name: "cifar10" | "cifar100",
  { size, print, ...work }: Omit<DatasetCommandOptions, "from">,
): Promise<void> {
  const { downloadCifar, loadDataset } = await import("../datasets/index.js");
  const which = { name, source: "official", size };
  const download = async () => {
    const location = await downloadCifar(name, work);
    const dataset = await loadDataset(which, { location, ...work });
    // The packed copy holds the same images: the archive would only take the space twice.
    await rm(location);
    return dataset;
  };
  const stored = await loadDataset(which).catch((error) => {
    if (error instanceof UserError) return undefined;
    throw error;
  });
  await describeAndClose(stored ?? (await download()), print);
}

async function describeAndClose(dataset: Dataset, print: (line: string) => void): Promise<void> {
  try {
    for (const line of await descriptionOf(dataset)) print(line);
  } finally {
    dataset.close();
  }
}

/** Prints the known datasets and what is in the cache. */
export async function listDatasetsCommand({ print }: Pick<DatasetCommandOptions, "print">): Promise<void> {
  const { cachedDatasets, datasetNames } = await import("../datasets/index.js");
  const cached = cachedDatasets();
  for (const name of new Set([...datasetNames, ...cached.map((which) => which.name)])) {
    const sources = cached.filter((which) => which.name === name).map(({ source }) => source);
    const state = sources.length > 0 ? `cached (${sources.join(", ")})` : `npm run dataset -- ${name}`;
    print(`${name.padEnd(12)} ${name === "synthetic" ? "built in" : state}`);
  }
}

async function descriptionOf(dataset: Dataset): Promise<string[]> {
  const { channelStatistics, formPath, packPath } = await import("../datasets/index.js");
  const { name, source, classes, height, width, channels, train, test, checksum } = dataset;
  const { mean, std } = channelStatistics(train, channels);
  const numbers = (values: number[]) => values.map((value) => value.toFixed(4)).join("  ");
  const some = classes.length > 10 ? [...classes.slice(0, 10), "..."] : classes;
  const count = (images: number) => images.toLocaleString("en");
  const lines = [
    `dataset    ${name}, source ${source}`,
    `images     ${count(train.count)} training, ${count(test.count)} test; ${height}x${width}, ${channels} channels`,
    `classes    ${classes.length}: ${some.join(", ")}`,
    `mean       ${numbers(mean)}   (training images, of [0, 1])`,
    `std        ${numbers(std)}`,
    `checksum   ${checksum}`,
  ];
  if (source === "builtin") return lines;
  const form = formPath({ name, source }, height);
  const path = existsSync(form) ? form : packPath({ name, source });
  const megabytes = ((await stat(path)).size / 1e6).toFixed(0);
  return [...lines, `cached     ${shownPath(path)} (${megabytes} MB)`];
}

/** Progress and notes on stderr: one line redrawn on a terminal, a line every 10 % elsewhere. */
function openProgress(stream: NodeJS.WriteStream = process.stderr) {
  const redraw = stream.isTTY ? createLogUpdate(stream) : undefined;
  let shown = "";
  return {
    onProgress({ phase, done, total }: DatasetProgress) {
      const step = redraw ? 1 : 10;
      const percent = step * Math.floor((100 * done) / total / step);
      const amount =
        phase === "decode" ? `${total.toLocaleString("en")} images` : `${(total / 1e6).toFixed(0)} MB`;
      const text = `${phase.padEnd(10)} ${String(percent).padStart(3)} % of ${amount}`;
      if (text === shown) return;
      shown = text;
      if (redraw) redraw(text);
      else stream.write(`${text}\n`);
    },
    onNote(note: string) {
      const line = printable(`note       ${note}`);
      if (redraw) redraw.persist(line);
      else stream.write(`${line}\n`);
    },
    close() {
      redraw?.clear();
    },
  };
}
