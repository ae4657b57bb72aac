import { basicNetWidths, scaledBasicNetWidths } from "../models/widths.js";
import type { RunConfig } from "../runs/config.js";

/** What one step does, in the words of both sides of the comparison. */
export interface Work {
  mode: "train" | "evaluate";
  /** Filters of BasicNet's convolutions. */
  widths: number[];
  /** Side of the square images, pixels; 3 channels, 10 classes. */
  size: number;
  /** Images a step. */
  batch: number;
  optimizer: RunConfig["optimizer"];
  penalty: RunConfig["penalty"];
  /** Threads of one process. */
  threads: number;
}

/** A work with its name, and how many processes do it at once. */
export interface NamedWork {
  name: string;
  workers: number;
  work: Work;
}

const adam = { name: "adam", learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
const l2 = { kind: "l2", lambda: 1e-4 } as const;

const liteStep: Work = {
  mode: "train",
  widths: scaledBasicNetWidths(1 / 4),
  size: 16,
  batch: 40,
  optimizer: adam,
  penalty: l2,
  threads: 1,
};

/** The works by the names under which they are asked for. `cores` processes or threads fill the machine. */
export function namedWorks(cores: number): NamedWork[] {
  const one = { workers: 1, work: liteStep };
  return [
    { ...one, name: "lite step" },
    { ...one, name: "lite step, all workers", workers: cores },
    {
      ...one,
      name: "lite step, SGD",
      work: { ...liteStep, optimizer: { name: "sgd", learningRate: 1e-2, momentum: 0 } },
    },
    { ...one, name: "lite step, AMSGrad", work: { ...liteStep, optimizer: { ...adam, name: "amsgrad" } } },
    {
      ...one,
      name: "lite step, AdaGrad",
      work: { ...liteStep, optimizer: { name: "adagrad", learningRate: 1e-2, epsilon: 1e-10 } },
    },
    {
      ...one,
      name: "lite step, RMSProp",
      work: { ...liteStep, optimizer: { name: "rmsprop", learningRate: 1e-3, decay: 0.99, epsilon: 1e-8 } },
    },
    { ...one, name: "lite evaluation", work: { ...liteStep, mode: "evaluate", batch: 250 } },
    { ...one, name: "quick step", work: { ...liteStep, widths: scaledBasicNetWidths(1 / 8) } },
    {
      name: "full-width step, 32x32, all threads",
      workers: 1,
      work: { ...liteStep, widths: basicNetWidths, size: 32, threads: cores },
    },
  ];
}
