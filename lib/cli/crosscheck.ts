import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { Crosscheck } from "../crosscheck/kept.js";
import { UsageError, UserError } from "../errors.js";
import type { Run } from "../runs/record.js";
import { parseCount } from "./options.js";
import { shownPath } from "./shown-path.js";
import { tellLine } from "./tell-line.js";

interface CrosscheckOptions {
  out?: string;
  train?: boolean;
  here?: boolean;
  data?: string;
  seeds: number;
  threads: number;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command("crosscheck")
    .summary("write a run's configuration as a PyTorch script, and compare what PyTorch makes of it")
    .description(
      "Write a finished run's configuration as one self-contained PyTorch script. With --train it is trained there, with " +
        "seeds of its own, and its test error and dead shares stand beside the record's; the result is kept in " +
        "data/crosschecks.",
    )
    .argument("<run>", "as npm run runs lists it: ID or ID/SEED")
    .option("--out <file>", "where the script goes; default: ID.py in the folder where you are")
    .option("--train", "train it, where a Python with torch, numpy and Pillow is found")
    .option("--here", "train it again here, with this engine and its kernels; the record stays as it is")
    .option(
      "--data <dir>",
      "with --train or --here: the images, DIR/{train,test}/<class>/* or official binary files",
    )
    .option(
      "--seeds <number>",
      "with --train: seeds 1 to this, PyTorch's own",
      (text) => parseCount("--seeds", text, 1000),
      3,
    )
    .option(
      "--threads <number>",
      "with --train: PyTorch's threads",
      (text) => parseCount("--threads", text, 256),
      1,
    )
    .option("--json", "print the result as JSON")
    .action(crosscheck);
}

async function crosscheck(name: string, options: CrosscheckOptions): Promise<void> {
  const { out, train, here, data, json } = options;
  if (train && here) throw new UsageError("--train is PyTorch's and --here this library's: one at a time.");
  if (train && data === undefined)
    throw new UsageError(
      "--train needs the images: add --data DIR, with DIR/{train,test}/<class>/*.jpg or png.",
    );
  if (!train && !here && data !== undefined)
    throw new UsageError("--data goes with --train or --here; the script itself holds no images.");
  const runs = await findRuns(name);
  if (here) return compare(runs, await trainedHere(runs, options), json);
  const { config, id } = runs[0]!.record;
  const { pytorchScript } = await import("../crosscheck/script.js");
  const path = resolve(out ?? `${id}.py`);
  await writeFile(path, pytorchScript(config, { id }));
  tellLine(`${shownPath(path)}: the configuration of run ${id} in PyTorch`);
  if (train) await compare(runs, await trainedByPyTorch(path, id, options), json);
}

/** Keeps a crosscheck and prints it beside the records. */
async function compare(runs: readonly Run[], kept: Crosscheck, json = false): Promise<void> {
  const [{ keepCrosscheck }, { crosscheckTable }, { renderTable }] = await Promise.all([
    import("../crosscheck/kept.js"),
    import("../crosscheck/table.js"),
    import("../tables/render.js"),
  ]);
  tellLine(`kept in ${shownPath(await keepCrosscheck(kept))}`);
  process.stdout.write(
    json ? `${JSON.stringify(kept, null, 2)}\n` : `${renderTable(crosscheckTable(runs, kept), "text")}\n`,
  );
}

async function trainedByPyTorch(
  path: string,
  id: string,
  { data, seeds, threads }: CrosscheckOptions,
): Promise<Crosscheck> {
  const [{ findPythons }, { pythonWithTorch, runScript }] = await Promise.all([
    import("../engine/native/python.js"),
    import("../crosscheck/run-script.js"),
  ]);
  const python = await pythonWithTorch(await findPythons());
  const results = await runScript(path, {
    ...{ python, folder: resolve(data!), threads },
    seeds: Array.from({ length: seeds }, (_, index) => index + 1),
    onResult: ({ seed, testError }) => tellSeed(seed, testError),
  });
  const by = `PyTorch ${results[0]!.torch.replace(/\+.*$/, "")}`;
  return { id, by, seeds: results.map(({ torch: _, ...one }) => one) };
}

/** The seeds on record once more. */
async function trainedHere(runs: readonly Run[], { data }: CrosscheckOptions): Promise<Crosscheck> {
  const { config, id } = runs[0]!.record;
  if (config.start)
    throw new UsageError(`Run ${id} starts from another run. Choose one that starts from initial weights.`);
  const [{ openEngine }, { executeRun }, { describeEnvironment }, { resultOf }] = await Promise.all([
    import("../engine/index.js"),
    import("../runs/execute.js"),
    import("../runs/environment.js"),
    import("../crosscheck/kept.js"),
  ]);
  const engine = await openEngine();
  const { kernels } = describeEnvironment(engine);
  const results = [];
  for (const { record } of runs) {
    const run = await executeRun(config, {
      ...{ engine, seed: record.seed },
      ...(data !== undefined && { locations: { [config.dataset.name]: resolve(data) } }),
    });
    results.push(resultOf(run));
    tellSeed(record.seed, run.record.final.testError);
  }
  return { id, by: `${engine.name}, ${kernels}`, seeds: results };
}

const tellSeed = (seed: number, testError: number) =>
  tellLine(`seed ${seed}: test error ${(100 * testError).toFixed(1)} %`);

/** Every finished seed of the run named, or the one. Throws `UserError` where there is none. */
async function findRuns(name: string): Promise<Run[]> {
  const [{ RunIndex }, { loadRun }] = await Promise.all([
    import("../runs/run-index.js"),
    import("../runs/store.js"),
  ]);
  const [, id, own] = /^([0-9a-f]{12})(?:\/(\d+))?$/.exec(name) ?? [];
  if (!id)
    throw new UsageError(
      `The run is "${name}". Expected ID or ID/SEED as npm run runs lists them, e.g. 3fa9c1d2b7aa/1.`,
    );
  const seeds = own === undefined ? new RunIndex().seeds(id) : [Number(own)];
  const runs = await Promise.all((seeds.length > 0 ? seeds : [1]).map((seed) => loadRun(id, seed)));
  const finished = runs.filter(({ record }) => record.status === "finished");
  if (finished.length === 0)
    throw new UserError(
      `Run ${id} diverged with every seed, and there is nothing to compare. Choose another.`,
    );
  return finished;
}
