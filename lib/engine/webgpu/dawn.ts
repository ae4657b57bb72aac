import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf, UserError } from "../../errors.js";
import { cacheDirectory } from "../../paths.js";
import { environmentWith, setting } from "../../settings.js";
import { remembered } from "../native/remembered.js";
import { type AdapterDescription, describeAdapter } from "./device.js";
import type { WebgpuEngine } from "./open.js";

/** The npm package that brings Dawn, Chromium's WebGPU, to Node. All platforms in one, hence not a dependency. */
export const dawn = {
  name: "webgpu",
  title: "Dawn",
  version: "0.6.2",
  integrity:
    "sha512-3L4GfmqJLvYUIEWJngEQY+2HQiUlAFkg8+P8NDDj3Xx5hHHIFO/r8JW+ynfqBj7kHN4mbnwO74uB+lrRtLhp4Q==",
} as const;

/** Where `npm run engine -- webgpu` puts what this platform needs of it. */
export const dawnFolder = (): string => join(cacheDirectory(), `${dawn.name}-${dawn.version}`);

const entry = () => join(dawnFolder(), "index.js");

/** What is known of WebGPU on this machine. */
export interface WebgpuStatus {
  /** Whether Dawn is there. */
  installed: boolean;
  /** What it would run on. */
  adapter?: AdapterDescription;
  /** In one line, why it cannot run, and what would help. */
  problem?: string;
  remedy?: string;
}

const driverHint = "It needs a GPU with a Vulkan, Metal or Direct3D 12 driver";

let checked: Promise<WebgpuStatus> | undefined;

/**
 * Whether the webgpu engine can be used here. Asks Dawn for an adapter in a child process, so that a crash of a
 * driver cannot take this process down, and remembers an adapter until Dawn or the drivers asked for change.
 *
 * @param options.fresh checks anew whatever is remembered; default false
 */
export function webgpuStatus({ fresh = false }: { fresh?: boolean } = {}): Promise<WebgpuStatus> {
  if (fresh || checked === undefined) checked = check(fresh);
  return checked;
}

let opened: Promise<WebgpuEngine> | undefined;

/** Dawn crashes once this is collected. */
let held: GPU | undefined;

/** Opens the engine on Dawn, once a process. Throws `UserError` where Dawn or an adapter is missing. */
export function openWebgpu(): Promise<WebgpuEngine> {
  if (opened === undefined) {
    opened = open();
    opened.catch(() => {
      opened = undefined;
    });
  }
  return opened;
}

async function open(): Promise<WebgpuEngine> {
  const { adapter, problem, remedy } = await webgpuStatus();
  if (adapter === undefined) throw new UserError(`Engine webgpu is not available: ${problem}. ${remedy}.`);
  const { create, globals } = await load();
  const { openWebgpuOn } = await import("./open.js");
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) Object.assign(globalThis, { [name]: value });
  }
  held = create([]);
  const hide = exposeGpu(held);
  try {
    return await openWebgpuOn(held, `Dawn ${dawn.version}`);
  } finally {
    hide();
  }
}

interface DawnModule {
  create(options: string[]): GPU;
  globals: Record<string, unknown>;
}

async function load(): Promise<DawnModule> {
  try {
    return await import(pathToFileURL(entry()).href);
  } catch (error) {
    throw new UserError(
      `Engine webgpu did not load: ${messageOf(error)}. Run npm run engine -- webgpu again.`,
      {
        cause: error,
      },
    );
  }
}

/** Makes `navigator.gpu`, which tfjs looks for; Node before 21 has no navigator. Returns what undoes it. */
function exposeGpu(gpu: GPU): () => void {
  const property = { value: gpu, configurable: true };
  if (typeof navigator === "object") {
    const own = navigator;
    Object.defineProperty(own, "gpu", property);
    return () => void Reflect.deleteProperty(own, "gpu");
  }
  Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
  return () => void Reflect.deleteProperty(globalThis, "navigator");
}

const memory = remembered<WebgpuStatus>("webgpu");

async function check(fresh: boolean): Promise<WebgpuStatus> {
  if (!existsSync(entry())) {
    return { installed: false, problem: "Dawn is not installed", remedy: "Run npm run engine -- webgpu" };
  }
  const { mtimeMs } = statSync(entry());
  const drivers = (["VK_DRIVER_FILES", "VK_ICD_FILENAMES", "LD_LIBRARY_PATH"] as const).map(
    (name) => setting(name) ?? "",
  );
  const key = [entry(), mtimeMs, process.version, hostname(), ...drivers].join("\n");
  const known = fresh ? undefined : memory.recall(key);
  if (known !== undefined) return known;
  const status: WebgpuStatus = { installed: true, ...(await askInChild()) };
  // A failure is asked again next time: a driver may have been installed since.
  memory.remember(status.adapter ? key : "", status);
  return status;
}

const marker = "webgpu adapter: ";

const childSource = () => `
  import { create } from ${JSON.stringify(pathToFileURL(entry()).href)};
  const adapter = await create([]).requestAdapter({ powerPreference: "high-performance" });
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter?.info ?? {};
  const info = adapter && { vendor, architecture, device, description, isFallbackAdapter };
  console.log(${JSON.stringify(marker)} + JSON.stringify(info));
`;

function askInChild(): Promise<Pick<WebgpuStatus, "adapter" | "problem" | "remedy">> {
  const args = ["--input-type=module", "-e", childSource()];
  const options = { timeout: 30_000, env: environmentWith({ NODE_OPTIONS: "" }) };
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      const line = stdout.split("\n").find((candidate) => candidate.startsWith(marker));
      const info: GPUAdapterInfo | null | undefined = line && JSON.parse(line.slice(marker.length));
      if (info) resolve({ adapter: describeAdapter(info) });
      else if (info === null) resolve(explainNoAdapter(stderr));
      else resolve({ problem: explainCrash(error, stderr), remedy: driverHint });
    });
  });
}

function explainNoAdapter(stderr: string) {
  if (/couldn't load vulkan/i.test(stderr)) {
    return {
      problem: "Dawn finds no Vulkan loader",
      remedy: `${driverHint} (Debian, Ubuntu: apt install libvulkan1, and the GPU's driver)`,
    };
  }
  return { problem: "Dawn finds no GPU that it accepts", remedy: driverHint };
}

function explainCrash(error: (Error & { signal?: string | null; killed?: boolean }) | null, stderr: string) {
  if (error?.killed) return "Dawn gave no answer within 30 s";
  if (error?.signal) return `Dawn crashed with ${error.signal}`;
  const reason =
    stderr.split("\n").find((line) => /^\w*Error\b/.test(line)) ?? "Dawn ended without an answer";
  return reason.replace(/\.\s*$/, "").slice(0, 300);
}
