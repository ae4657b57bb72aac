import { type EngineName, engineNames } from "../engine/engine.js";
import { basicNetWidths, publishedResNet, scaledBasicNetWidths, vggWidths } from "../models/widths.js";
import { parseRunConfig, type RunConfig, type RunConfigInput } from "../runs/config.js";

/** What one step does, in the words of both sides of the comparison. */
export interface Work {
  mode: "train" | "evaluate";
  model: RunConfig["model"];
  /** Side of the square images, pixels; 3 channels, 10 classes. */
  size: number;
  /** Images a step. */
  batch: number;
  optimizer: RunConfig["optimizer"];
  penalty: RunConfig["penalty"];
  /** Threads of one process. */
  threads: number;
  /** After how many steps the loss is read back, which waits for them. */
  stepsPerReading: number;
}

/** A work with its name, and how many processes do it at once. */
export interface NamedWork {
  name: string;
  workers: number;
  work: Work;
  /** The engines that can do it. */
  engines: readonly EngineName[];
}

interface WorkChange {
  model?: RunConfigInput["model"];
  optimizer?: RunConfigInput["optimizer"];
  mode?: Work["mode"];
  size?: number;
  batch?: number;
  threads?: number;
}

const liteModel = { widths: scaledBasicNetWidths(1 / 4) };

/** BasicNet at a quarter of its widths on 16x16 images, batch 40, Adam with L2, one thread; changed as told. */
function lite({
  model,
  optimizer,
  mode = "train",
  size = 16,
  batch = 40,
  threads = 1,
}: WorkChange = {}): Work {
  const config = parseRunConfig({
    dataset: { name: "random", size },
    model: model ?? liteModel,
    optimizer: optimizer ?? { name: "adam", learningRate: 1e-3 },
    penalty: { kind: "l2", lambda: 1e-4 },
    batchSize: batch,
    steps: 1,
  });
  return {
    mode,
    model: config.model,
    size,
    batch,
    optimizer: config.optimizer,
    penalty: config.penalty,
    threads,
    stepsPerReading: 1,
  };
}

/** The works by the names under which they are asked for. `cores` processes or threads fill the machine. */
export function namedWorks(cores: number): NamedWork[] {
  const one = (name: string, work: Work): NamedWork => ({ name, workers: 1, work, engines: engineNames });
  const oneAndAll = (name: string, work: Work): NamedWork[] => [
    one(name, work),
    { ...one(`${name}-all-workers`, work), workers: cores },
  ];
  const { stages, ...resNet20 } = publishedResNet(20);
  const full = { model: { widths: basicNetWidths }, size: 32 };
  return [
    ...oneAndAll("lite", lite()),
    one("lite-sgd", lite({ optimizer: { name: "sgd", learningRate: 1e-2 } })),
    one("lite-amsgrad", lite({ optimizer: { name: "amsgrad", learningRate: 1e-3 } })),
    one("lite-adagrad", lite({ optimizer: { name: "adagrad", learningRate: 1e-2 } })),
    one("lite-rmsprop", lite({ optimizer: { name: "rmsprop", learningRate: 1e-3 } })),
    one("lite-lion", lite({ optimizer: { name: "lion", learningRate: 1e-4 } })),
    one("lite-muon", lite({ optimizer: { name: "muon", learningRate: 1e-2 } })),
    one("lite-leaky-relu", lite({ model: { ...liteModel, activation: "leaky-relu" } })),
    one("lite-no-norm", lite({ model: { ...liteModel, normalization: "none" } })),
    one("lite-group-norm", lite({ model: { ...liteModel, normalization: "group" } })),
    one("lite-vgg-11", lite({ model: { name: "vgg", widths: vggWidths(11, 1 / 4) } })),
    one("lite-resnet-20", lite({ model: { name: "resnet", ...resNet20, stages: [...stages] } })),
    ...oneAndAll("lite-evaluation", lite({ mode: "evaluate", batch: 250 })),
    ...oneAndAll("quick", lite({ model: { widths: scaledBasicNetWidths(1 / 8) } })),
    one("reduced", lite({ size: 32 })),
    ...oneAndAll("full", lite(full)),
    {
      ...one("full-all-threads", lite({ ...full, threads: cores })),
      // The wasm engine has one thread.
      engines: engineNames.filter((engine) => engine !== "wasm"),
    },
    // A batch of 40 leaves a GPU idle; processors take seconds for these.
    { ...one("full-batch-512", lite({ ...full, batch: 512 })), engines: ["webgpu"] },
    { ...one("full-evaluation", lite({ ...full, mode: "evaluate", batch: 512 })), engines: ["webgpu"] },
  ];
}

/** E.g. "step with adam of basicnet (relu, batch normalization, 16 to 128 filters), batch 40 of 16x16; 1 worker of 1 thread". */
export function describeWork({ workers, work }: NamedWork): string {
  const { mode, model, size, batch, optimizer, threads } = work;
  const { activation, normalization, widths } = model;
  const what = mode === "train" ? `step with ${optimizer.name}` : "evaluation";
  const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  return (
    `${what} of ${model.name} (${activation}, ${normalization} normalization, ${Math.min(...widths)} to ${Math.max(...widths)} ` +
    `filters), batch ${batch} of ${size}x${size}; ${count(workers, "worker")} of ${count(threads, "thread")}`
  );
}
