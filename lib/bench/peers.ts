import { join } from "node:path";
import type { EngineName } from "../engine/engine.js";
import { findPythons, packageFolder } from "../engine/native/python.js";
import { threadSettings } from "../engine/threads.js";
import { projectRoot } from "../paths.js";
import { layersProcess, type ProcessOptions } from "./processes.js";
import { BenchProcess } from "./side.js";

/** Whom an engine takes turns with, by the names that the command takes. */
export const peerNames = ["eager", "compiled", "jax", "layers"] as const;
export type PeerName = (typeof peerNames)[number];

/** What each is. */
export const peerDescriptions: Record<PeerName, string> = {
  eager: "PyTorch, eager, channels_last",
  compiled: "PyTorch with torch.compile and its fused optimizers, channels_last",
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
    const python = await pythonWith(packages[name]);
    if (python === undefined) missing.add(`No ${packages[name]} here to compare with: ${remedy}`);
    else peers.push(name === "jax" ? jax(python) : torch(python, torchDevice, name === "compiled"));
  }
  return { peers, missing: [...missing] };
}

const packages = { eager: "torch", compiled: "torch", jax: "jax" } as const;
const remedy = "pip install it, or name a Python that has it with FILTER_SPARSITY_PYTHON.";

async function pythonWith(name: string): Promise<string | undefined> {
  for (const python of await findPythons()) {
    if (await packageFolder(python, name)) return python.command;
  }
  return undefined;
}

const script = (file: string) => join(projectRoot, "test", "bench", file);

function torch(python: string, device: string, compiled: boolean): Peer {
  const place = device === "cpu" ? "" : ` on ${device}`;
  const kind = compiled ? "compiled" : "eager";
  return {
    start: (_, { threads }) =>
      new BenchProcess({
        name: `PyTorch ${kind}`,
        command: python,
        args: [script("torch_peer.py"), device, ...(compiled ? ["--compile"] : [])],
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
