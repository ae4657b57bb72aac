import { realpathSync } from "node:fs";
import { basename, dirname, extname, resolve } from "node:path";
import type { Command } from "commander";
import { UsageError } from "../errors.js";
import type { ModelImages } from "../onnx/images.js";
import type { OnnxModel } from "../onnx/model.js";
import type { ModelLatency } from "../onnx/proof.js";
import type { CutReport } from "../onnx/prove.js";
import { StagedFiles } from "../staged.js";
import {
  addModelOptions,
  checkReport,
  type ModelOptions,
  modelImages,
  print,
  writeReport,
} from "./model-options.js";
import { parseSeconds } from "./options.js";
import { shownPath } from "./shown-path.js";
import { tellLine } from "./tell-line.js";

interface CutOptions extends ModelOptions {
  images: string;
  out: string;
  /** False with --no-latency. */
  latency: boolean;
  seconds: number;
  report?: string;
}

export function register(program: Command): void {
  const command = program
    .command("cut")
    .summary("cut the inactive filters out of a model that was trained elsewhere, and prove it")
    .description(
      "Cut the filters of an ONNX model that do nothing on any image, or nothing but add a constant, which goes into what " +
        "reads it. Compares the outputs of both models on the images, a fourth of which take no part in the choice, and " +
        "times both in turns. The original is left as it is. For a run of this project: npm run prune.",
    )
    .argument("<model>", "FILE.onnx")
    .requiredOption(
      "--out <file>",
      "where the smaller model goes, FILE.onnx; FILE.json beside it gets the report",
    );
  addModelOptions(command)
    .option("--no-latency", "time nothing")
    .option("--seconds <number>", "of timing for each model", (text) => parseSeconds("--seconds", text), 2)
    .option("--report <file>", "also write the report as a page that holds all of it, FILE.html")
    .action(cut);
}

async function cut(path: string, options: CutOptions): Promise<void> {
  const { by, round, json, histograms } = options;
  checkReport("--report", options.report, [".html"]);
  const out = checkOut(path, options);
  const [{ readModel }, { inspectModel }, { prove }] = await Promise.all([
    import("../onnx/file.js"),
    import("../onnx/inspect.js"),
    import("../onnx/prove.js"),
  ]);
  const model = readModel(path);
  const images = await modelImages(model, options.images, options);
  const [indices, heldOut] = images.split();
  if (heldOut.length === 0)
    tellLine(`note ${images.count} images are too few to hold any out: give four or more.`);
  const { inspection, ...inspected } = await inspectModel(model, images, {
    ...{ by, multiple: round, indices, histograms },
  });
  const { histogramTable, inspectionTable, keptLines, modelLatencyTable, proofTable, savingsTable } =
    await import("../tables/onnx.js");
  if (!json) await print(inspectionTable(inspection));
  if (histograms && !json) await print(histogramTable(inspection));
  for (const line of json ? [] : keptLines(inspection.layers)) tellLine(line);
  const found: CutReport = {
    model: path,
    metadata: model.metadata,
    out: null,
    by,
    round: round ?? null,
    ...inspection,
  };
  if (inspected.choice.removed.size === 0) {
    tellLine(`note Nothing of ${path} can be cut by ${by}: ${shownPath(out)} is not written.`);
    if (json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    return;
  }
  const cutModel = inspected.cut.model;
  const proof = await prove(model, inspected, { images, by });
  const latency = options.latency ? await timed([model, cutModel], images, options) : undefined;
  const report = { ...found, out: basename(out), proof, ...(latency && { latency }) };
  await write(out, cutModel, report);
  if (options.report !== undefined) await writeReport(options.report, report);
  if (json) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  await print(savingsTable(report.before, report.after), proofTable(proof));
  const macReduction = report.before.macs / report.after.macs;
  if (latency) await print(modelLatencyTable(latency.latencies, macReduction));
  process.stdout.write(`${shownPath(out)} and ${shownPath(reportPath(out))}\n`);
}

const reportPath = (out: string): string => `${out.slice(0, -extname(out).length)}.json`;

function checkOut(path: string, { out, images }: CutOptions): string {
  if (/^[0-9a-f]{12}(\/\d+)?$/.test(path))
    throw new UsageError(`${path} is a run of this project. Cut it with npm run prune -- ${path} --out DIR.`);
  if (!/\.onnx$/i.test(out))
    throw new UsageError(`--out is "${out}". Expected a file whose name ends in .onnx.`);
  if (images === undefined)
    throw new UsageError("cut needs --images, a folder of images such as the model was made for.");
  const whole = resolve(out);
  if (whole === realOrSelf(path) || realOrSelf(whole) === realOrSelf(path))
    throw new UsageError(`--out is the model itself, which is left as it is. Name another file.`);
  return whole;
}

function realOrSelf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

async function timed(
  models: readonly [OnnxModel, OnnxModel],
  images: ModelImages,
  { seconds }: CutOptions,
): Promise<NonNullable<CutReport["latency"]>> {
  const [{ compareLatency }, { runtimeVersion }, { describeProcessor }] = await Promise.all([
    import("../onnx/proof.js"),
    import("../onnx/runtime.js"),
    import("../runs/machine.js"),
  ]);
  const latencies: ModelLatency[] = [];
  for (const threads of [1, 0]) latencies.push(await compareLatency(models, images, { threads, seconds }));
  return { processor: describeProcessor(), runtime: runtimeVersion, latencies };
}

/** Model and report, both or neither. */
async function write(out: string, model: OnnxModel, report: CutReport): Promise<void> {
  const [{ modelBytes }, { writeFile }] = await Promise.all([
    import("../onnx/model.js"),
    import("node:fs/promises"),
  ]);
  const staged = new StagedFiles(dirname(out));
  try {
    await writeFile(staged.path(basename(out)), modelBytes(model));
    await writeFile(staged.path(basename(reportPath(out))), `${JSON.stringify(report, null, 2)}\n`);
    staged.commit();
  } finally {
    staged.discard();
  }
}
