import { UsageError } from "./errors.js";

/*
 * The one place where environment variables are read. A variable that is empty is one that is not set, for every
 * variable; a test compares `settings` with the table in the documentation. Browser-safe: a page has no environment.
 */

interface Setting {
  /** What it says, as the documentation's table does. */
  about: string;
  /** What stands where it is not set. */
  otherwise: string;
  /** Throws `UsageError` for text that means nothing. */
  check?: (text: string) => void;
}

/** The variables of this project, which every process of it sees. */
export const settings = {
  FILTER_SPARSITY_RUNS: { about: "folder of run records", otherwise: "`data/runs`" },
  FILTER_SPARSITY_CACHE: {
    about: "folder of packed datasets, weights, checkpoints and claims",
    otherwise: "`data/cache`",
  },
  FILTER_SPARSITY_LATENCY: { about: "folder of measured latencies", otherwise: "`data/latency`" },
  FILTER_SPARSITY_WATCHED: { about: "folder of filters followed through a run", otherwise: "`data/watched`" },
  FILTER_SPARSITY_FIGURES: { about: "folder that figures are exported to", otherwise: "`figures`" },
  FILTER_SPARSITY_ENGINE: {
    about: "engine: `tensorflow`, `webgpu` or `wasm`",
    otherwise: "the first of these that is there",
  },
  FILTER_SPARSITY_KERNELS: {
    about:
      "own kernels of engine `tensorflow`: `off`, or the widest instructions, `avx512`, `avx2` or `plain`",
    otherwise: "the widest there are",
    check: (text) => void parseKernels(text),
  },
  FILTER_SPARSITY_CHECK: {
    about: "`1`: search the inputs of every operation for NaN; `0`: do not",
    otherwise: "`0`",
    check: (text) => void parseSwitch("FILTER_SPARSITY_CHECK", text),
  },
  FILTER_SPARSITY_CHECKPOINT_SECONDS: {
    about: "seconds between two checkpoints of a run, 0 or more",
    otherwise: "`30`",
    check: (text) => void parseDuration("FILTER_SPARSITY_CHECKPOINT_SECONDS", text),
  },
  FILTER_SPARSITY_CIFAR_URL: {
    about: "address of a folder with the CIFAR archives, to download from",
    otherwise: "the publisher's",
    check: (text) => checkAddress("FILTER_SPARSITY_CIFAR_URL", text),
  },
  FILTER_SPARSITY_CHROMIUM: { about: "Chromium that draws pictures", otherwise: "the first one found" },
  FILTER_SPARSITY_PYTHON: {
    about: "Python 3 for JupyterLab and for TensorFlow's libraries",
    otherwise: "`.venv`, else the one on `PATH`",
  },
  FILTER_SPARSITY_EXECUTOR: {
    about: "module that trains in place of the library (tests)",
    otherwise: "the library",
  },
  DEBUG: {
    about: "anything: stack traces of unexpected errors, and all that workers say",
    otherwise: "none",
  },
  NO_COLOR: { about: "anything: no colors in a terminal", otherwise: "colors" },
} satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

/** Variables of other programs that are looked at here. */
type ForeignName =
  | "CUDA_VISIBLE_DEVICES"
  | "CXX"
  | "INIT_CWD"
  | "JUPYTER_CONFIG_PATH"
  | "JUPYTER_PATH"
  | "LD_LIBRARY_PATH"
  | "LOCALAPPDATA"
  | "PATH"
  | "PROGRAMFILES"
  | "PROGRAMFILES(X86)"
  | "SLURM_ARRAY_JOB_ID"
  | "SLURM_ARRAY_TASK_ID"
  | "TF_CPP_MIN_LOG_LEVEL"
  | "TF_NUM_INTRAOP_THREADS"
  | "VK_DRIVER_FILES"
  | "VK_ICD_FILENAMES"
  | "npm_package_json";

/** The text of a variable; `undefined` where it is not set or empty. */
export function setting(name: SettingName | ForeignName): string | undefined {
  if (typeof process === "undefined") return undefined;
  return process.env[name] || undefined;
}

/** Whether `FILTER_SPARSITY_CHECK` is on. Throws `UsageError` for anything but 0 and 1. */
export const checksInputs = (): boolean =>
  parseSwitch("FILTER_SPARSITY_CHECK", setting("FILTER_SPARSITY_CHECK") ?? "0");

const kernelChoices = ["off", "avx512", "avx2", "plain"] as const;

/** What own kernels engine `tensorflow` may use; undefined: all. Throws `UserError` for anything else. */
export function kernelsSetting(): (typeof kernelChoices)[number] | undefined {
  const text = setting("FILTER_SPARSITY_KERNELS");
  return text === undefined ? undefined : parseKernels(text);
}

/** Seconds between two checkpoints. Throws `UsageError` for anything but a number of 0 or more. */
export const checkpointSeconds = (): number =>
  parseDuration("FILTER_SPARSITY_CHECKPOINT_SECONDS", setting("FILTER_SPARSITY_CHECKPOINT_SECONDS") ?? "30");

/** Throws `UsageError` for the first of this project's variables whose text means nothing, before any work starts. */
export function checkSettings(): void {
  for (const [name, { check }] of Object.entries<Setting>(settings)) {
    const text = setting(name as SettingName);
    if (text !== undefined) check?.(text);
  }
}

/** This project's variables that are set, to be handed to another machine. */
export const ownSettings = (): Record<string, string> =>
  Object.fromEntries(
    Object.keys(settings).flatMap((name) => {
      const text = name.startsWith("FILTER_SPARSITY_") ? setting(name as SettingName) : undefined;
      return text === undefined ? [] : [[name, text] as const];
    }),
  );

/** The whole environment, some of it changed, for a child process. */
export const environmentWith = (changes: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  ...changes,
});

/** Makes the folders that this project's variables name absolute, for a process that goes to another folder. */
export function resolveFolderSettings(resolve: (folder: string) => string): void {
  for (const name of ["RUNS", "CACHE", "LATENCY", "WATCHED", "FIGURES"]) {
    const folder = process.env[`FILTER_SPARSITY_${name}`];
    if (folder) process.env[`FILTER_SPARSITY_${name}`] = resolve(folder);
  }
}

/** Sets a variable of this process for a library that reads it, unless the reader has set it. */
export function setByDefault(name: "TF_CPP_MIN_LOG_LEVEL", text: string): void {
  process.env[name] ||= text;
}

function parseSwitch(name: string, text: string): boolean {
  if (text !== "0" && text !== "1") throw new UsageError(`${name} is "${text}". Expected 1 or 0.`);
  return text === "1";
}

function parseKernels(text: string): (typeof kernelChoices)[number] {
  const choice = kernelChoices.find((known) => known === text);
  if (choice !== undefined) return choice;
  throw new UsageError(`FILTER_SPARSITY_KERNELS is "${text}". Expected ${kernelChoices.join(", ")}.`);
}

function parseDuration(name: string, text: string): number {
  const seconds = text.trim() === "" ? Number.NaN : Number(text);
  if (!(seconds >= 0 && Number.isFinite(seconds)))
    throw new UsageError(`${name} is "${text}". Expected seconds, 0 or more.`);
  return seconds;
}

function checkAddress(name: string, text: string): void {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return;
  throw new UsageError(`${name} is "${text}". Expected an address such as https://example.org/cifar.`);
}
