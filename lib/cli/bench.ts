import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { busyWarning, othersShare } from "../bench/busy.js";
import { measure } from "../bench/measure.js";
import { memoryUse } from "../bench/memory.js";
import { findPeers, type PeerName, peerDescriptions, peerNames } from "../bench/peers.js";
import { profile, profiledEngines } from "../bench/profile.js";
import { comparisonText, memoryText, profileText } from "../bench/tables.js";
import { describeWork, type NamedWork, namedWorks } from "../bench/work.js";
import { type EngineName, engineNames } from "../engine/engine.js";
import { nativeStatus } from "../engine/native/status.js";
import { webgpuStatus } from "../engine/webgpu/dawn.js";
import { UsageError } from "../errors.js";
import { oneOf } from "../suggest.js";
import { parseCount, parseEngine, parseSeconds } from "./options.js";

interface BenchOptions {
  engine?: EngineName;
  only?: string[];
  list?: boolean;
  rounds: number;
  seconds: number;
  peer?: PeerName[];
  torchDevice: string;
  profile?: boolean;
  memory?: boolean;
  steps?: number;
  json?: boolean;
}

/** One work on one engine. */
type Pair = [NamedWork, EngineName];

const defaultWork = "lite";
const defaultSteps = { profile: 30, memory: 10_000 };

export function register(program: Command): void {
  program
    .command("bench")
    .summary("measure step times, throughput and memory")
    .description(
      "Time training steps on every engine found, taking turns on the same cores with its peers, as far as they are " +
        `there: ${peerNames.map((name) => `${name} (${peerDescriptions[name]})`).join(", ")}. Medians; keep the ` +
        "machine otherwise idle.",
    )
    .option("--engine <name>", "only this one", parseEngine)
    .option("--only <work>", "only this work, e.g. lite-sgd; repeatable", (name, before: string[] = []) => [
      ...before,
      name,
    ])
    .option("--list", "print the works")
    .option("--rounds <number>", "turns of each side", (text) => parseCount("--rounds", text, 1000), 5)
    .option("--seconds <number>", "length of a turn", (text) => parseSeconds("--seconds", text), 2)
    .option(
      "--peer <name>",
      `only this one of ${peerNames.join(", ")}; repeatable`,
      (name, before: PeerName[] = []) => [...before, oneOf("peer", name, peerNames)],
    )
    .option("--torch-device <name>", "where PyTorch runs, e.g. cuda beside an engine on a GPU", "cpu")
    .option("--profile", `print the ten costliest operations of a step instead; default work: ${defaultWork}`)
    .option(
      "--memory",
      `print resident size and tensors over many steps instead; default work: ${defaultWork}`,
    )
    .option(
      "--steps <number>",
      `of --profile (default ${defaultSteps.profile}) or --memory (default ${defaultSteps.memory})`,
      (text) => parseCount("--steps", text, 10_000_000),
    )
    .option(
      "--json",
      "print a list, by default of {work, engine, peer, workers, msPerStep, peerMsPerStep, ratio, spread, ...}",
    )
    .action(bench);
}

async function bench(options: BenchOptions): Promise<void> {
  const { profile: isProfile, memory: isMemory, steps, list, json } = options;
  if (isProfile && isMemory)
    throw new UsageError("--profile and --memory exclude each other. Give one at a time.");
  if (steps !== undefined && !isProfile && !isMemory)
    throw new UsageError(
      "--steps goes with --profile or --memory. A comparison takes --rounds and --seconds.",
    );
  const all = namedWorks(availableParallelism());
  const names = all.map(({ name }) => name);
  const wanted = (options.only ?? (isProfile || isMemory ? [defaultWork] : names)).map((name) =>
    oneOf("work", name, names),
  );
  if (list) {
    const works = all.map((work) => ({ name: work.name, description: describeWork(work) }));
    const lines = works.map(({ name, description }) => `${name.padEnd(28)} ${description}`);
    process.stdout.write(`${json ? JSON.stringify(works, null, 2) : lines.join("\n")}\n`);
    return;
  }
  const pairs = await pairsOf(
    all.filter(({ name }) => wanted.includes(name)),
    options.engine,
    isProfile ? profiledEngines : engineNames,
  );
  const print = <T>(results: T[], text: (results: T[]) => string) =>
    process.stdout.write(`${json ? JSON.stringify(results, null, 2) : text(results)}\n`);

  if (isProfile) {
    const run = ([work, engine]: Pair) => profile(work, engine, { steps: steps ?? defaultSteps.profile });
    print(await oneByOne(pairs, run), (results) => results.map(profileText).join("\n\n"));
  } else if (isMemory) {
    const run = ([work, engine]: Pair) => memoryUse(work, engine, { steps: steps ?? defaultSteps.memory });
    print(await oneByOne(pairs, run), memoryText);
  } else {
    const { rounds, seconds, torchDevice } = options;
    const { peers, missing } = await findPeers(options.peer ?? peerNames, { torchDevice });
    for (const line of missing) process.stderr.write(`${line}\n`);
    const run = ([work, engine]: Pair) => measure(work, engine, peers, { rounds, secondsPerTurn: seconds });
    print((await oneByOne(pairs, run)).flat(), comparisonText);
  }
}

/** The works with each engine that can do them and is among `capable`: the one asked for, or all that are here. */
async function pairsOf(
  works: NamedWork[],
  engine: EngineName | undefined,
  capable: readonly EngineName[],
): Promise<Pair[]> {
  const asked = engine ? [engine] : await enginesHere();
  const canDo = ({ engines }: NamedWork) => engines.filter((name) => capable.includes(name));
  const pairs = works.flatMap((work) =>
    asked.filter((name) => canDo(work).includes(name)).map((name): Pair => [work, name]),
  );
  if (pairs.length === 0)
    throw new UsageError(
      `Engine ${asked.join(", ")} cannot do this with ${works.map(({ name }) => name).join(", ")}. ` +
        `Engines that can: ${[...new Set(works.flatMap(canDo))].join(", ")}.`,
    );
  return pairs;
}

/** Those that are fit for training; a software driver of WebGPU is not. */
async function enginesHere(): Promise<EngineName[]> {
  const [native, { adapter }] = await Promise.all([nativeStatus(), webgpuStatus()]);
  return [
    ...(native.loads ? (["tensorflow"] as const) : []),
    ...(adapter && !adapter.software ? (["webgpu"] as const) : []),
    "wasm",
  ];
}

/** Runs what is measured, with a line on stderr for each and a warning where the machine is busy. */
async function oneByOne<T>(pairs: Pair[], run: (pair: Pair) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const pair of pairs) {
    const [{ name }, engine] = pair;
    const warning = busyWarning(await othersShare(), availableParallelism());
    if (warning) process.stderr.write(`${warning}\n`);
    process.stderr.write(`${name}, ${engine} ...\n`);
    results.push(await run(pair));
  }
  return results;
}
