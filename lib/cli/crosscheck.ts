import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { UsageError, UserError } from "../errors.js";
import type { Run } from "../runs/record.js";
import { parseCount } from "./options.js";
import { shownPath } from "./shown-path.js";

interface CrosscheckOptions {
  out?: string;
  train?: boolean;
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
    .option("--data <dir>", "with --train: the images, DIR/{train,test}/<class>/* or official binary files")
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

async function crosscheck(
  name: string,
  { out, train, data, seeds, threads, json }: CrosscheckOptions,
): Promise<void> {
  if (train && data === undefined)
    throw new UsageError(
      "--train needs the images: add --data DIR, with DIR/{train,test}/<class>/*.jpg or png.",
    );
  if (!train && data !== undefined)
    throw new UsageError("--data goes with --train; the script itself holds no images.");
  const runs = await findRuns(name);
  const { config, id } = runs[0]!.record;
  const { pytorchScript } = await import("../crosscheck/script.js");
  const path = resolve(out ?? `${id}.py`);
  await writeFile(path, pytorchScript(config, { id }));
  process.stderr.write(`${shownPath(path)}: the configuration of run ${id} in PyTorch\n`);
  if (!train) return;
  const [
    { findPythons },
    { pythonWithTorch, runScript },
    { keepCrosscheck },
    { crosscheckTable },
    { renderTable },
  ] = await Promise.all([
    import("../engine/native/python.js"),
    import("../crosscheck/run-script.js"),
    import("../crosscheck/kept.js"),
    import("../crosscheck/table.js"),
    import("../tables/render.js"),
  ]);
  const python = await pythonWithTorch(await findPythons());
  const results = await runScript(path, {
    ...{ python, folder: resolve(data!), threads },
    seeds: Array.from({ length: seeds }, (_, index) => index + 1),
    onResult: ({ seed, testError }) =>
      process.stderr.write(`seed ${seed}: test error ${(100 * testError).toFixed(1)} %\n`),
  });
  const kept = { id, torch: results[0]!.torch, seeds: results.map(({ torch: _, ...one }) => one) };
  process.stderr.write(`kept in ${shownPath(await keepCrosscheck(kept))}\n`);
  if (json) process.stdout.write(`${JSON.stringify(kept, null, 2)}\n`);
  else process.stdout.write(`${renderTable(crosscheckTable(runs, kept), "text")}\n`);
}

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
