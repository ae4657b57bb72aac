import { extname } from "node:path";
import type { Command } from "commander";
import { UsageError } from "../errors.js";
import type { ModelImages } from "../onnx/images.js";
import type { OnnxModel } from "../onnx/model.js";
import type { InspectionReport } from "../onnx/prove.js";
import { oneOf } from "../suggest.js";
import type { Table } from "../tables/table.js";
import { parseCount } from "./options.js";

/** Of the commands on models that others trained. */
export interface ModelOptions {
  images?: string;
  mean?: number[];
  std?: number[];
  size?: number;
  count?: number;
  by: "activation" | "scale";
  round?: number;
  histograms?: boolean;
  json?: boolean;
}

export function addModelOptions(command: Command): Command {
  return command
    .option("--images <dir>", "folder with images such as the model was made for, also in subfolders")
    .option(
      "--mean <numbers>",
      "what is taken off pixels of 0 to 1; default: the model's own where it says it, else ImageNet's, 0.485,0.456,0.406",
      (text) => parseNumbers("--mean", text),
    )
    .option(
      "--std <numbers>",
      "what they are divided by then; default: the model's own where it says it, else ImageNet's, 0.229,0.224,0.225",
      (text) => parseNumbers("--std", text, { positive: true }),
    )
    .option("--size <number>", "side of the images, pixels, where the model leaves it open", (text) =>
      parseCount("--size", text, 4096),
    )
    .option("--count <number>", "images taken, drawn from the folder; default: all", (text) =>
      parseCount("--count", text, 10_000_000),
    )
    .option(
      "--by <method>",
      "activation (exact) or scale (|gamma| below 1e-3)",
      (text) => oneOf("method", text, ["activation", "scale"] as const),
      "activation",
    )
    .option("--round <number>", "keep widths that are multiples of this, e.g. 8", (text) =>
      parseCount("--round", text, 512),
    )
    .option("--histograms", "show how large each layer's filters are, by decade")
    .option("--json", "print the report as JSON");
}

function parseNumbers(option: string, text: string, { positive = false } = {}): number[] {
  const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const fits = values.every((value) => Number.isFinite(value) && (!positive || value > 0));
  if (!fits || (values.length !== 1 && values.length !== 3))
    throw new UsageError(
      `${option} is "${text}". Expected one number or three with commas${positive ? ", above 0" : ""}.`,
    );
  return values;
}

/** The images that --images and its like name, for a model. */
export async function modelImages(
  model: OnnxModel,
  folder: string,
  options: ModelOptions,
): Promise<ModelImages> {
  const [{ imagesInFolder }, { normalizationOf }] = await Promise.all([
    import("../onnx/image-folder.js"),
    import("../onnx/images.js"),
  ]);
  const own = normalizationOf(model);
  const { mean = own.mean, std = own.std, size, count } = options;
  return imagesInFolder(folder, model.input, { mean, std, size, count });
}

/** Throws `UsageError` where a report's file has another ending. */
export function checkReport(option: string, path: string | undefined, endings: readonly string[]): void {
  if (path !== undefined && !endings.includes(extname(path).toLowerCase()))
    throw new UsageError(
      `${option} is "${path}". Expected a file whose name ends in ${endings.join(" or ")}.`,
    );
}

/** Writes a report, whole: as a page, or as JSON where the name says so. */
export async function writeReport(path: string, report: InspectionReport): Promise<void> {
  const [{ reportPage }, { default: writeFileAtomic }] = await Promise.all([
    import("../paper/onnx/report.js"),
    import("write-file-atomic"),
  ]);
  const isPage = extname(path).toLowerCase() === ".html";
  await writeFileAtomic(path, isPage ? reportPage(report) : `${JSON.stringify(report, null, 2)}\n`);
}

export async function print(...tables: Table[]): Promise<void> {
  const { renderTable } = await import("../tables/render.js");
  for (const table of tables) process.stdout.write(`${renderTable(table, "text")}\n\n`);
}
