import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import type { Engine, EngineName } from "../engine/engine.js";
import { messageOf, UsageError, UserError } from "../errors.js";
import type { HarvestReport } from "../harvest/harvest-run.js";
import { keepReport } from "../harvest/kept-reports.js";
import type { LatencyReport } from "../harvest/latency.js";
import type { PruneConfig } from "../pruning/config.js";
import type { Run } from "../runs/record.js";
import type { RunWithWeights } from "../runs/with-weights.js";
import { StagedFiles } from "../staged.js";
import { oneOf } from "../suggest.js";
import type { Table } from "../tables/table.js";
import { latencyEngines } from "./latency-engines.js";
import { type Locations, parseCount, parseData, parseEngine, parseSeconds, parseShare } from "./options.js";
import { shownPath } from "./shown-path.js";
import { tellLine } from "./tell-line.js";

interface PruneOptions {
  seed?: number;
  out: string;
  by: PruneConfig["method"];
  share?: number;
  round?: number;
  data: Locations;
  retrain?: boolean;
  /** False with --no-latency. */
  latency: boolean;
  engine?: EngineName;
  batch: number[];
  seconds: number;
  threads: number;
  keep?: boolean;
  json?: boolean;
}

const methods = ["activation", "scale", "slimming", "magnitude"] as const;

export function register(program: Command): void {
  program
    .command("prune")
    .summary("cut a run's dead filters, check the smaller network, save it and time it")
    .description(
      "Cut filters out of a finished run's network, measure on all test images how far its logits move, save it as a " +
        "TensorFlow.js model and as ONNX (and a SavedModel where TensorFlow is there), and time it in turns with the unpruned " +
        "network. Keep the machine idle.",
    )
    .argument("<run>", "as npm run runs lists it: ID or ID/SEED")
    .requiredOption("--out <dir>", "folder that takes the model and report.json")
    .option("--seed <number>", "default: the first that is there", (text) =>
      parseCount("--seed", text, 1_000_000),
    )
    .option("--by <method>", `${methods.join(", ")}`, (text) => oneOf("method", text, methods), "activation")
    .option("--share <number>", "of filters cut, 0 to 1: with slimming and magnitude", (text) =>
      parseShare("--share", text),
    )
    .option("--round <number>", "add a network with widths rounded up to multiples of this, e.g. 8", (text) =>
      parseCount("--round", text, 512),
    )
    .option("--data <name=dir>", "folder with the dataset's images; repeatable", parseData, {})
    .option("--retrain", "train the run again where its weights are not in the cache")
    .option("--no-latency", "time nothing")
    .option("--engine <name>", "time on this one only; default: all found", parseEngine)
    .option("--batch <numbers>", "images at once, e.g. 1,16,128", parseBatches, [1, 16, 128])
    .option("--seconds <number>", "for each network and batch", (text) => parseSeconds("--seconds", text), 2)
    .option("--threads <number>", "of an engine", (text) => parseCount("--threads", text, 256), 1)
    .option("--keep", "keep the report among the records, in data/latency")
    .option("--json", "print the report as JSON")
    .action(pruneRun);
}

function parseBatches(text: string): number[] {
  return [...new Set(text.split(",").map((part) => parseCount("--batch", part, 4096)))];
}

async function pruneRun(name: string, options: PruneOptions): Promise<void> {
  const { data, round, json } = options;
  const prune = pruneConfig(options);
  const out = resolve(options.out);
  const recorded = await findRecord(name, options);
  await checkWeights(recorded, options);
  await mkdir(out, { recursive: true }).catch((error) => {
    throw new UserError(`--out ${options.out} cannot be made: ${messageOf(error)}. Name another folder.`);
  });
  const [{ openEngine }, { loadDataset }, { harvestRun }] = await Promise.all([
    import("../engine/index.js"),
    import("../datasets/index.js"),
    import("../harvest/harvest-run.js"),
  ]);
  const engine = await openEngine();
  const run = await withWeights(recorded, engine, options);
  const { dataset: wanted } = run.record.config;
  const dataset = await loadDataset(wanted, { location: data[wanted.name] });
  const { report, models, normalization } = await harvestRun(run, { engine, dataset, prune, round });
  dataset.close();
  await tell(report, options);

  const [{ saveLayersModel }, { encodeTensorFlow }, { encodeOnnx }, { canCheck, checkExport }] =
    await Promise.all([
      import("../pruning/save.js"),
      import("../pruning/saved-model.js"),
      import("../onnx/trained.js"),
      import("../onnx/check.js"),
    ]);
  const model = models.find((one) => one.name === "pruned")!.model;
  const onnx = encodeOnnx(model, { normalization });
  if (canCheck()) await checkExport(model, onnx, engine);
  const latency = options.latency && report.changed ? await timed(models, options) : undefined;
  const whole = { ...report, ...(latency && { latency }) };
  const staged = new StagedFiles(out);
  let files: string[];
  try {
    const aside = dirname(staged.path("model.json"));
    files = await saveLayersModel(model, aside, { normalization });
    files.push("model.onnx");
    await writeFile(staged.path("model.onnx"), onnx);
    const savedModel = await encodeTensorFlow(engine, model);
    if (savedModel) {
      files.push("saved_model/saved_model.pb");
      await writeFile(staged.path("saved_model/saved_model.pb"), savedModel);
    }
    files.push("report.json");
    await writeFile(staged.path("report.json"), `${JSON.stringify(whole, null, 2)}\n`);
    for (const file of files) staged.path(file);
    staged.commit();
    // Of an earlier model, which the others are not of any more.
    if (!savedModel) await rm(join(out, "saved_model", "saved_model.pb"), { force: true });
  } finally {
    staged.discard();
  }
  if (options.keep && latency) tellLine(`kept in ${shownPath(await keepReport({ ...report, latency }))}`);
  if (json) process.stdout.write(`${JSON.stringify(whole, null, 2)}\n`);
  else {
    if (latency) await print((await import("../tables/pruning.js")).latencyTable(latency.latencies));
    process.stdout.write(`${shownPath(out)}: ${files.join(", ")}\n`);
  }
}

function pruneConfig({ by, share }: PruneOptions): PruneConfig {
  if (by === "activation" || by === "scale") {
    if (share === undefined) return { method: by };
    throw new UsageError(`--share goes with --by slimming or magnitude; by ${by} what is dead is cut.`);
  }
  if (share === undefined)
    throw new UsageError(`--by ${by} needs --share, the share of filters to cut, e.g. --share 0.5.`);
  return { method: by, share };
}

/** A finished run, its weights still to be had. Throws `UserError` with what to do where there is none. */
async function findRecord(name: string, { seed }: PruneOptions): Promise<Run> {
  const [{ RunIndex }, { loadRun }] = await Promise.all([
    import("../runs/run-index.js"),
    import("../runs/store.js"),
  ]);
  const [id, own] = name.split("/");
  if (!id || !/^[0-9a-f]{12}$/.test(id) || (own !== undefined && !/^\d+$/.test(own)))
    throw new UsageError(
      `The run is "${name}". Expected ID or ID/SEED as npm run runs lists them, e.g. 3fa9c1d2b7aa/1.`,
    );
  const named = own === undefined ? new RunIndex().seeds(id)[0] : Number(own);
  const run = await loadRun(id, seed ?? named ?? 1);
  if (run.record.status === "diverged")
    throw new UserError(
      `Run ${id}/${run.record.seed} diverged, and there is nothing to prune. Choose another.`,
    );
  return run;
}

/** Throws `UserError` where the run's weights are gone or damaged and nobody asked for others. */
async function checkWeights({ record }: Run, { retrain }: PruneOptions): Promise<void> {
  const { findWeights } = await import("../runs/weights.js");
  const found = await findWeights(record);
  if (retrain || found.state === "whole") return;
  const why =
    found.state === "missing"
      ? "are not in the cache (they are never committed)"
      : `in the cache are damaged (${found.reason})`;
  throw new UserError(
    `Run ${record.id}/${record.seed} is on record, but its weights ${why}. Add --retrain to train it again; the record stays as it is.`,
  );
}

/** The run with its weights, trained again where they are gone. */
async function withWeights(
  { record: { seed, config } }: Run,
  engine: Engine,
  options: PruneOptions,
): Promise<RunWithWeights> {
  const [{ withItsWeights }, { executeRun }] = await Promise.all([
    import("../runs/train-and-save.js"),
    import("../runs/execute.js"),
  ]);
  let tenths = 0;
  return withItsWeights(config, {
    ...{ execute: executeRun, engine, seed, locations: options.data, log: tellLine },
    onProgress({ step, steps }) {
      if (Math.floor((10 * step) / steps) <= tenths) return;
      tenths = Math.floor((10 * step) / steps);
      tellLine(`step ${step} of ${steps}`);
    },
  });
}

/** Says what was cut, and what could not be. */
async function tell(report: HarvestReport, { json }: PruneOptions): Promise<void> {
  const { run, prune, changed, variants } = report;
  const { describePruning } = await import("../runs/describe.js");
  if (!changed)
    tellLine(
      `note Run ${run.id}/${run.seed} has nothing to cut ${describePruning(prune)}: it is left unchanged.`,
    );
  for (const { name, spared } of variants) {
    if (name === "pruned" && spared.length > 0)
      tellLine(
        `note No filter of ${spared.join(", ")} would be left: the strongest stays, and the network stays whole.`,
      );
  }
  if (json) return;
  const { layersTable, deviationTable } = await import("../tables/pruning.js");
  await print(layersTable(report));
  await print(deviationTable(report));
}

async function print(table: Table): Promise<void> {
  const { renderTable } = await import("../tables/render.js");
  process.stdout.write(`${renderTable(table, "text")}\n\n`);
}

async function timed(
  models: Parameters<typeof import("../harvest/latency-process.js").measureLatency>[0],
  { engine, batch, seconds, threads }: PruneOptions,
): Promise<LatencyReport> {
  const [{ measureLatency }, { describeProcessor }] = await Promise.all([
    import("../harvest/latency-process.js"),
    import("../runs/machine.js"),
  ]);
  const engines = await latencyEngines(engine);
  const report: LatencyReport = { processor: describeProcessor(), threads, engines: {}, latencies: [] };
  for (const name of engines) {
    const { latencies, version } = await measureLatency(models, {
      ...{ engine: name, batches: batch, seconds, threads },
      onBatch: (images) => tellLine(`${name}, batch ${images} ...`),
    });
    report.engines[name] = version;
    report.latencies.push(...latencies);
  }
  return report;
}
