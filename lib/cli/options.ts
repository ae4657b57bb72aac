import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { type EngineName, engineNames } from "../engine/engine.js";
import { UsageError } from "../errors.js";
import { type Scale, scales } from "../study/arm.js";
import { oneOf } from "../suggest.js";

/** Folder of each dataset given with --data, by name. */
export type Locations = Record<string, string>;

/** Which arms of a hypothesis, with how many seeds. */
export interface SelectedArms {
  scale: Scale;
  /** Default: as many as a verdict takes. */
  seeds?: number;
  data: Locations;
  /** Steps between two looks at which dead filters are cut out of every run; undefined: they stay. */
  cutDead?: number;
}

export interface TrainingOptions {
  engine?: EngineName;
  workers?: number;
  threads?: number;
  fresh?: boolean;
  light?: boolean;
  json?: boolean;
  /** False with --no-figures. */
  figures?: boolean;
}

/** The options that select arms; `cutting`: with the one that cuts dead filters out of their runs. */
export function addArmOptions(command: Command, { cutting = true } = {}): Command {
  const selecting = command
    .option(
      "--scale <scale>",
      "quick (minutes), lite (hours on a laptop), reduced (a day) or paper",
      parseScale,
      "quick",
    )
    .option("--seeds <number>", "seeds of each arm, from 1 up; default: 3, at smoke 1", (text) =>
      parseCount("--seeds", text, 1000),
    )
    .option("--data <name=dir>", "folder with a dataset's images; repeatable", parseData, {});
  if (!cutting) return selecting;
  return selecting.option(
    "--cut-dead <steps>",
    "train the arms anew with dead filters cut out as they die, in a look every so many steps",
    (text) => parseCount("--cut-dead", text, 1e9),
  );
}

/** The options that every command which trains has. */
export function addTrainingOptions(command: Command): Command {
  return addQueueOptions(command)
    .option("--no-figures", "draw no figures")
    .option("--json", "print the result as JSON");
}

/** Those that say how runs are trained. */
export function addQueueOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--engine <name>", `${engineNames.join(" or ")}; default: the best found`).argParser(
        parseEngine,
      ),
    )
    .addOption(
      new Option("--workers <number>", "runs trained at once; default: one a core").argParser((text) =>
        parseCount("--workers", text, 256),
      ),
    )
    .addOption(
      new Option("--threads <number>", "threads of each; default: 1").argParser((text) =>
        parseCount("--threads", text, 256),
      ),
    )
    .option("--fresh", "train again what is already there")
    .option("--light", "keep of each new run's filters two probes only: a third of the size");
}

export const parseScale = (text: string): Scale => oneOf<Scale>("scale", text, scales);

export const parseEngine = (text: string): EngineName => oneOf("engine", text, engineNames);

/** A whole number from 1 to `most`. */
export function parseCount(option: string, text: string, most: number): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value) || value < 1 || value > most)
    throw new UsageError(`${option} is "${text}". Expected a whole number from 1 to ${most}.`);
  return value;
}

/** A number above 0, at most 600. */
export function parseSeconds(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && value <= 600))
    throw new UsageError(`${option} is "${text}". Expected a number above 0, at most 600.`);
  return value;
}

/** A number strictly between 0 and 1. */
export function parseShare(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && value < 1))
    throw new UsageError(`${option} is "${text}". Expected a number between 0 and 1, e.g. 0.5.`);
  return value;
}

/** Adds one `NAME=DIR` of --data to those before it; the folder (or archive) has to exist. */
export function parseData(text: string, before: Locations): Locations {
  const [, name, folder] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (!name || !folder)
    throw new UsageError(`--data is "${text}". Expected NAME=DIR, e.g. --data cifar10=/data/cifar10.`);
  const path = resolve(folder);
  if (!existsSync(path))
    throw new UsageError(
      `--data ${name}: ${path} does not exist. Expected the folder that holds the images.`,
    );
  return { ...before, [name]: path };
}
