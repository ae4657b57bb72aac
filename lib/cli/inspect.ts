import type { Command } from "commander";
import { UsageError } from "../errors.js";
import {
  addModelOptions,
  checkReport,
  type ModelOptions,
  modelImages,
  print,
  writeReport,
} from "./model-options.js";
import { shownPath } from "./shown-path.js";
import { tellLine } from "./tell-line.js";

export function register(program: Command): void {
  const command = program
    .command("inspect")
    .summary("find the inactive filters of a model that was trained elsewhere")
    .description(
      "Find the filters of a model that do nothing, or nothing but add a constant, and what cutting them would save. An " +
        "ONNX model with --images is run over them; without, and for TensorFlow.js' model.json and safetensors, filters " +
        "are judged by scale alone.",
    )
    .argument("<model>", "FILE.onnx, model.json or FILE.safetensors");
  addModelOptions(command)
    .option("--out <file>", "keep the report: FILE.html, a page that holds all of it, or FILE.json")
    .action(inspect);
}

interface InspectOptions extends ModelOptions {
  out?: string;
}

async function inspect(path: string, options: InspectOptions): Promise<void> {
  const { images: folder, json, out, histograms } = options;
  checkReport("--out", out, [".html", ".json"]);
  const { histogramTable, inspectionTable, keptLines, savingsTable, scaleTable } = await import(
    "../tables/onnx.js"
  );
  if (folder === undefined) {
    if (out !== undefined || histograms)
      throw new UsageError("--out and --histograms tell what filters do, which takes --images.");
    const { readScales } = await import("../onnx/scales.js");
    const layers = readScales(path);
    if (json) process.stdout.write(`${JSON.stringify({ model: path, layers }, null, 2)}\n`);
    else await print(scaleTable(layers));
    return;
  }
  if (/\.(json|safetensors)$/i.test(path))
    throw new UsageError(
      `${path} is judged by scale alone: leave --images out, or export the model to ONNX.`,
    );
  const [{ readModel }, { inspectModel }] = await Promise.all([
    import("../onnx/file.js"),
    import("../onnx/inspect.js"),
  ]);
  const model = readModel(path);
  const images = await modelImages(model, folder, options);
  const indices = Array.from({ length: images.count }, (_, index) => index);
  const { by, round } = options;
  const { inspection } = await inspectModel(model, images, {
    ...{ by, multiple: round, indices, histograms },
  });
  const report = { model: path, metadata: model.metadata, ...inspection };
  if (out !== undefined) await writeReport(out, report);
  if (json) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  await print(inspectionTable(inspection), savingsTable(inspection.before, inspection.after));
  if (histograms) await print(histogramTable(inspection));
  for (const line of keptLines(inspection.layers)) tellLine(line);
  if (out !== undefined) process.stdout.write(`${shownPath(out)}\n`);
}
