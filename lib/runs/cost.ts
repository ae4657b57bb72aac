import { convolutionsPerBlock, vggPools } from "../models/widths.js";
import type { RunConfig } from "./config.js";

/**
 * Multiply-accumulates of one training run, roughly: three times the forward pass of its convolutions (forward, input
 * gradient, filter gradient), those on shortcuts left out. Only for ordering runs and spreading measured speed over
 * unequal ones.
 */
export function trainingCost({ model, dataset, batchSize, steps }: RunConfig): number {
  let inputs = 3;
  let side = dataset.size;
  let macs = 0;
  const places = placesOf(model);
  for (const [index, filters] of model.widths.entries()) {
    const { kernel, halves } = places[index]!;
    if (halves === "before") side = half(side);
    macs += kernel ** 2 * inputs * filters * side ** 2;
    if (halves === "after") side = half(side);
    inputs = filters;
  }
  return 3 * macs * batchSize * steps;
}

const half = (side: number) => Math.max(1, Math.floor(side / 2));

/** What a convolution's place in the network says of its cost. */
interface Place {
  kernel: number;
  /** Whether the sides of the images are halved: by its own stride, or by a pooling behind it. */
  halves?: "before" | "after";
}

function placesOf({ name, widths, stages = [], block }: RunConfig["model"]): Place[] {
  switch (name) {
    case "basicnet":
      return widths.map((_, index) => ({ kernel: 3, ...(index % 2 === 1 && { halves: "after" }) }));
    case "vgg":
      return vggPools(widths.length).map((pooled) => ({ kernel: 3, ...(pooled && { halves: "after" }) }));
    case "resnet":
      return [{ kernel: 3 }, ...stages.flatMap((blocks, stage) => stagePlaces(blocks, stage > 0, block))];
  }
}

/** The first 3x3 convolution of a later stage has stride 2. */
function stagePlaces(blocks: number, halves: boolean, block: RunConfig["model"]["block"]): Place[] {
  const kernels = block === "bottleneck" ? [1, 3, 1] : [3, 3];
  const strided = kernels.indexOf(3);
  return Array.from({ length: blocks * convolutionsPerBlock[block] }, (_, index) => ({
    kernel: kernels[index % kernels.length]!,
    ...(halves && index === strided && { halves: "before" }),
  }));
}
