import { readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { type EngineName, engineNames } from "../engine/engine.js";
import { hasNvidiaDriver } from "../engine/native/nvidia.js";
import { type NativeStatus, nativeStatus } from "../engine/native/status.js";
import { type WebgpuStatus, webgpuStatus } from "../engine/webgpu/dawn.js";
import { messageOf } from "../errors.js";
import { libraryRoot } from "../paths.js";
import { setting } from "../settings.js";
import { jupyterStatus } from "./python.js";

/** One thing that was looked for. */
export interface Check {
  name: string;
  ok: boolean;
  /** Whether nothing works without it. */
  required: boolean;
  /** What was found, or what is wrong, in one line. */
  found: string;
  /** What it would add and the command that adds it, where it is not there. */
  advice?: string;
}

export interface Diagnosis {
  checks: Check[];
  /** The engine that a run takes unless told otherwise. */
  engine: EngineName | undefined;
  /** In one line each, what would be better and the command for it. */
  advice: string[];
}

/** Looks at everything the project can use on this machine. Changes nothing. */
export async function diagnose(): Promise<Diagnosis> {
  const native = await nativeStatus({ fresh: true });
  const tensorflow = checkTensorflow(native);
  const gpu = await webgpuStatus({ fresh: true });
  const webgpu = checkWebgpu(gpu);
  const [wasm, ...kernels] = await checkWasm();
  const hardware = webgpu.ok && !gpu.adapter?.software;
  const found = { tensorflow: tensorflow.ok, webgpu: webgpu.ok, wasm: wasm.ok };
  const { check: choice, engine } = chooseEngine(found, { ...found, webgpu: hardware });
  const checks = [
    checkNode(),
    checkMachine(),
    tensorflow,
    webgpu,
    wasm,
    ...kernels,
    ...choice,
    await checkPython(),
    await checkJupyter(),
    await checkChromium(),
    await checkDatasets(),
  ];
  return { checks, engine, advice: checks.flatMap(({ advice }) => advice ?? []) };
}

function checkNode(): Check {
  const { engines } = JSON.parse(readFileSync(join(libraryRoot, "package.json"), "utf8"));
  const wanted: string = engines.node;
  const minimum = wanted
    .replace(/[^\d.]/g, "")
    .split(".")
    .map(Number);
  const own = process.versions.node.split(".").map(Number);
  const [major = 0, minor = 0] = own;
  const [wantedMajor = 0, wantedMinor = 0] = minimum;
  const ok = major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  const advice = ok ? undefined : `Node ${wanted} is needed: install it from nodejs.org.`;
  return { name: "Node", ok, required: true, found: `${process.versions.node} (needs ${wanted})`, advice };
}

function checkMachine(): Check {
  const gibibytes = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) / 2 ** 30;
  const model = cpus()[0]?.model.replace(/\s+/g, " ").trim() ?? "unknown processor";
  const cores = availableParallelism();
  const found = `${cores} ${cores === 1 ? "core" : "cores"} (${model}), ${gibibytes.toFixed(1)} GiB memory`;
  return { name: "Machine", ok: true, required: false, found };
}

function checkTensorflow(native: NativeStatus): Check {
  const { loads, gpu, packageName, packageVersion, tensorflowVersion, problem, kernels } = native;
  const name = "Engine tensorflow";
  if (loads) {
    const own = kernels ? `own kernels ${kernels.version}, ${kernels.instructions}` : "no own kernels";
    const device = gpu ? "GPU" : `CPU with ${own}`;
    const found = `TensorFlow ${tensorflowVersion} on ${device} (${packageName} ${packageVersion})`;
    return { name, ok: true, required: false, found, advice: fasterTensorflow(native) };
  }
  return {
    name,
    ok: false,
    required: false,
    found: problem ?? "does not load",
    advice:
      packageName === undefined
        ? "Faster: the native engine trains several times faster: npm install --include=optional && npm run engine -- build"
        : "Faster: the native engine trains several times faster: npm run engine -- build (takes TensorFlow from pip; needs Python 3, make and a C++ compiler), or npm run engine -- download",
  };
}

/** What would make an engine that loads train faster. */
function fasterTensorflow({ gpu, kernels, kernelsProblem }: NativeStatus): string | undefined {
  if (hasNvidiaDriver() && !gpu) {
    return "Faster: TensorFlow does not use the NVIDIA GPU. Install tensorflow[and-cuda] into a Python environment, then: npm run engine -- build --python <its python>";
  }
  if (gpu || kernels) return undefined;
  return `Faster: engine tensorflow trains about twice as fast with the project's own kernels (${kernelsProblem}): npm run engine -- kernels (needs a C++ compiler)`;
}

function checkWebgpu({ adapter, problem, remedy }: WebgpuStatus): Check {
  const common = { name: "Engine webgpu", required: false };
  if (adapter === undefined) {
    return { ...common, ok: false, found: problem ?? "", advice: `WebGPU on a GPU: ${remedy}` };
  }
  if (adapter.software) {
    const found = `${adapter.name}, in software: for tests, used only when asked for`;
    return { ...common, ok: true, found };
  }
  const found = `${adapter.name}, a GPU: used before wasm, after tensorflow`;
  const advice =
    "GPU: compare the engines at your size with npm run bench, and take the faster one with --engine";
  return { ...common, ok: true, found, advice };
}

/** The engine, and its kernels where it has to do without them. */
async function checkWasm(): Promise<[Check, ...Check[]]> {
  const name = "Engine wasm";
  try {
    const { openEngine } = await import("../engine/open.js");
    const { version, fallback } = await openEngine({ name: "wasm" });
    const check: Check = { name, ok: true, required: true, found: version };
    if (fallback === undefined) return [check];
    const advice = `Faster: engine wasm trains several times faster with its own kernels: ${fallback}`;
    return [check, { name: "Kernels of wasm", ok: false, required: false, found: fallback, advice }];
  } catch (error) {
    return [{ name, ok: false, required: true, found: messageOf(error) }];
  }
}

/** @param byDefault those taken when none is asked for */
function chooseEngine(
  found: Record<EngineName, boolean>,
  byDefault: Record<EngineName, boolean>,
): { check: Check[]; engine: EngineName | undefined } {
  const wanted = setting("FILTER_SPARSITY_ENGINE");
  if (!wanted) return { check: [], engine: engineNames.find((name) => byDefault[name]) };
  const engine = engineNames.find((name) => name === wanted);
  const ok = engine !== undefined && found[engine];
  const problem =
    engine === undefined ? `no such engine; engines: ${engineNames.join(", ")}` : "it does not load";
  const check: Check = {
    name: "Engine asked for",
    ok,
    required: true,
    found: `FILTER_SPARSITY_ENGINE is "${wanted}"${ok ? "" : `: ${problem}`}`,
    advice: ok ? undefined : "Unset FILTER_SPARSITY_ENGINE to use the best engine that is there.",
  };
  return { check: [check], engine: ok ? engine : undefined };
}

async function checkPython(): Promise<Check> {
  const name = "Python";
  const { findPythons } = await import("../engine/native/python.js");
  try {
    const [python] = await findPythons();
    if (python) return { name, ok: true, required: false, found: `${python.version} (${python.command})` };
    const advice = "Python 3.10 or newer, from your system's packages, adds notebooks and the native engine.";
    return { name, ok: false, required: false, found: "none on PATH", advice };
  } catch (error) {
    return { name, ok: false, required: false, found: messageOf(error) };
  }
}

async function checkJupyter(): Promise<Check> {
  const { available, reason } = await jupyterStatus();
  const found = available ? `in ${reason}` : reason;
  const advice = available ? undefined : "Notebooks: npm run lab sets JupyterLab up and opens it";
  return { name: "JupyterLab", ok: available, required: false, found, advice };
}

async function checkChromium(): Promise<Check> {
  const name = "Chromium";
  const { browserHint, findBrowser } = await import("../export/browser.js");
  try {
    const path = findBrowser();
    if (path !== undefined) return { name, ok: true, required: false, found: path };
    return { name, ok: false, required: false, found: "none found", advice: browserHint };
  } catch (error) {
    return { name, ok: false, required: false, found: messageOf(error), advice: browserHint };
  }
}

async function checkDatasets(): Promise<Check> {
  const { cachedDatasets } = await import("../datasets/index.js");
  const cached = cachedDatasets().filter(({ source }) => source !== "builtin");
  const names = ["synthetic (built in)", ...cached.map(({ name, source }) => `${name} (${source})`)];
  const hasCifar = cached.some(({ name }) => name === "cifar10");
  const advice = hasCifar
    ? undefined
    : "Real images: npm run dataset -- cifar10, or --data cifar10=DIR with a copy that you have";
  return { name: "Datasets", ok: true, required: false, found: names.join(", "), advice };
}
