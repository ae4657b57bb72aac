import { join } from "node:path";
import type { EngineName } from "../engine/engine.js";
import { findPythons, packageFolder } from "../engine/native/python.js";
import { threadSettings } from "../engine/threads.js";
import { projectRoot } from "../paths.js";
import { layersProcess, type ProcessOptions } from "./processes.js";
import { BenchProcess } from "./side.js";

/** Whom an engine takes turns with, by the names that the command takes. */
export const peerNames = ["eager", "compiled", "eager-tf32", "compiled-tf32", "jax", "layers"] as const;
export type PeerName = (typeof peerNames)[number];

/** What each is. */
export const peerDescriptions: Record<PeerName, string> = {
  eager: "PyTorch, eager, channels_last",
  compiled: "PyTorch with torch.compile and its fused optimizers, channels_last",
  "eager-tf32": "on a GPU, the first with factors rounded to TF32",
  "compiled-tf32": "on a GPU, the second with factors rounded to TF32",
  jax: "JAX, jit-compiled step",
  layers: "the same network in tfjs' layers",
};

/** One side of the comparison beside the engine. */
export interface Peer {
  start(engine: EngineName, options: ProcessOptions): BenchProcess;
  /** With its version, from what its process says when it is ready. */
  nameFrom(greeting: Record<string, unknown>): string;
  /** Whether its matrix product is measured too. */
  sgemm: boolean;
}

export interface PeerOptions {
  /** PyTorch's name of the device that it runs on, e.g. "cpu", "cuda". */
  torchDevice: string;
}

/**
 * Those of the named peers that this machine has, and in a line each which it has not. Python packages are looked for
 * in every Python that `findPythons` knows.
 */
export async function findPeers(
  names: readonly PeerName[],
  { torchDevice }: PeerOptions,
): Promise<{ peers: Peer[]; missing: string[] }> {
  const peers: Peer[] = [];
  const missing = new Set<string>();
  for (const name of peerNames.filter((known) => names.includes(known))) {
    if (name === "layers") {
      peers.push({ start: layersProcess, nameFrom: () => "tfjs layers", sgemm: false });
      continue;
    }
    if (isTf32(name) && torchDevice === "cpu") continue;
    const python = await pythonWith(packages[name]);
    if (python === undefined) missing.add(`No ${packages[name]} here to compare with: ${remedy}`);
    else peers.push(name === "jax" ? jax(python) : torch(python, torchDevice, name));
  }
  return { peers, missing: [...missing] };
}

const isTf32 = (name: PeerName) => name.endsWith("-tf32");

const packages = {
  eager: "torch",
  compiled: "torch",
  "eager-tf32": "torch",
  "compiled-tf32": "torch",
  jax: "jax",
} as const;
const remedy = "pip install it, or name a Python that has it with FILTER_SPARSITY_PYTHON.";

async function pythonWith(name: string): Promise<string | undefined> {
  for (const python of await findPythons()) {
    if (await packageFolder(python, name)) return python.command;
  }
  return undefined;
}

const script = (file: string) => join(projectRoot, "test", "bench", file);

function torch(python: string, device: string, name: PeerName): Peer {
  const place = device === "cpu" ? "" : ` on ${device}`;
  const compiled = name.startsWith("compiled");
  const kind = `${compiled ? "compiled" : "eager"}${isTf32(name) ? " with TF32" : ""}`;
  const flags = [...(compiled ? ["--compile"] : []), ...(isTf32(name) ? ["--tf32"] : [])];
  return {
    start: (_, { threads }) =>
      new BenchProcess({
        name: `PyTorch ${kind}`,
        command: python,
        args: [script("torch_peer.py"), device, ...flags],
        environment: threadSettings(threads),
      }),
    nameFrom: ({ torch: version }) => `PyTorch ${version} ${kind}${place}`,
    sgemm: !compiled,
  };
}

const jax = (python: string): Peer => ({
  start: (_, { threads }) =>
    new BenchProcess({
      name: "JAX",
      command: python,
      args: [script("jax_peer.py")],
      // XLA's pool takes every core that it sees unless one of these says otherwise.
      environment: {
        ...threadSettings(threads),
        ...{ JAX_PLATFORMS: "cpu", NPROC: String(threads), PJRT_NPROC: String(threads) },
      },
    }),
  nameFrom: ({ jax: version }) => `JAX ${version}`,
  sgemm: false,
});
