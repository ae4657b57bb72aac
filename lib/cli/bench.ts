import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { type Comparison, compare } from "../bench/compare.js";
import { BenchProcess } from "../bench/side.js";
import { type NamedWork, namedWorks } from "../bench/work.js";
import type { EngineName } from "../engine/engine.js";
import { findPythons, packageFolder } from "../engine/native/python.js";
import { nativeStatus } from "../engine/native/status.js";
import { projectRoot } from "../paths.js";
import { renderTable } from "../tables/render.js";
import { parseCount, parseEngine } from "./options.js";
import { oneOf } from "../suggest.js";

interface BenchOptions {
  engine?: EngineName;
  work?: string;
  rounds: number;
  seconds: number;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command("bench")
    .summary("measure step times and throughput")
    .description(
      "Time training steps on every engine found, taking turns with PyTorch (eager, channels_last) on the same cores " +
        "where a Python with PyTorch is there. Medians; keep the machine otherwise idle.",
    )
    .option("--engine <name>", "only this one", parseEngine)
    .option("--work <name>", 'only this work, e.g. "lite step"')
    .option("--rounds <number>", "turns of each side", (text) => parseCount("--rounds", text, 1000), 5)
    .option("--seconds <number>", "length of a turn", (text) => parseCount("--seconds", text, 600), 2)
    .option(
      "--json",
      "print a list of {work, engine, peer, workers, msPerStep, peerMsPerStep, ratio, spread}",
    )
    .action(bench);
}

async function bench({ engine, work, rounds, seconds, json }: BenchOptions): Promise<void> {
  const all = namedWorks(availableParallelism());
  const name =
    work &&
    oneOf(
      "work",
      work,
      all.map((item) => item.name),
    );
  const works = all.filter((item) => !name || item.name === name);
  const engines: EngineName[] = engine
    ? [engine]
    : (await nativeStatus()).loads
      ? ["tensorflow", "wasm"]
      : ["wasm"];
  const torch = await findTorch();
  if (!torch) {
    process.stderr.write(
      "No PyTorch to compare with: name a Python that has it with FILTER_SPARSITY_PYTHON, or pip install torch.\n",
    );
  }
  const results: Comparison[] = [];
  for (const item of works) {
    for (const name of engines) {
      process.stderr.write(`${item.name}, ${name} ...\n`);
      results.push(await measure(item, name, torch, { rounds, secondsPerTurn: seconds }));
    }
  }
  process.stdout.write(json ? `${JSON.stringify(results, null, 2)}\n` : `${table(results)}\n`);
}

async function measure(
  { name, workers, work }: NamedWork,
  engine: EngineName,
  torch: string | undefined,
  options: { rounds: number; secondsPerTurn: number },
): Promise<Comparison> {
  const threads = String(work.threads);
  const environment = {
    OMP_NUM_THREADS: threads,
    TF_NUM_INTRAOP_THREADS: threads,
    TF_CPP_MIN_LOG_LEVEL: "2",
  };
  const times = (make: () => BenchProcess) => Array.from({ length: workers }, make);
  const worker = fileURLToPath(new URL("../bench/worker.js", import.meta.url));
  const ours = times(
    () =>
      new BenchProcess(engine, process.execPath, [worker], {
        ...environment,
        TF_NUM_INTEROP_THREADS: "1",
        FILTER_SPARSITY_ENGINE: engine,
      }),
  );
  const script = join(projectRoot, "test", "bench", "torch_peer.py");
  const peers = torch ? times(() => new BenchProcess("PyTorch", torch, [script], environment)) : [];
  try {
    await Promise.all(ours.map((process) => process.ready()));
    const [greeting] = await Promise.all(peers.map((process) => process.ready()));
    const peer = greeting ? `PyTorch ${greeting.torch}` : null;
    return { work: name, engine, peer, workers, ...(await compare(work, ours, peers, options)) };
  } finally {
    for (const process of [...ours, ...peers]) process.close();
  }
}

async function findTorch(): Promise<string | undefined> {
  for (const python of await findPythons()) {
    if (await packageFolder(python, "torch")) return python.command;
  }
  return undefined;
}

function table(results: Comparison[]): string {
  return renderTable(
    {
      columns: [
        { label: "Work" },
        { label: "Engine" },
        { label: "Workers" },
        { label: "Step", unit: "ms", digits: 1 },
        { label: "Images/s", digits: 0 },
        { label: "PyTorch step", unit: "ms", digits: 1 },
        { label: "Ratio", digits: 2 },
        { label: "Rounds" },
      ],
      rows: results.map(
        ({ work, engine, workers, msPerStep, imagesPerSecond, peerMsPerStep, ratio, spread }) => [
          work,
          engine,
          workers,
          msPerStep,
          imagesPerSecond,
          peerMsPerStep,
          ratio,
          spread ? `${spread[0].toFixed(2)} to ${spread[1].toFixed(2)}` : null,
        ],
      ),
      note: "Ratio: our images per second over PyTorch's. Medians of interleaved rounds.",
    },
    "text",
  );
}
