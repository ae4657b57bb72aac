import { UsageError } from "../errors.js";
import type { ModelConfig } from "./config.js";
import { networkGeometry } from "./geometry.js";

/** How many values a layer's normalization takes its mean and variance over. */
interface Normalizing {
  /** Of the layer. */
  name: string;
  /** "batch": over images and map, for each channel; "group": over map and the channels of a group, for each image. */
  kind: "batch" | "group";
  values: number;
}

/**
 * Throws `UsageError` for normalization over a single value, which is its own mean: whatever the images are, its output
 * is beta and its gradient 0. PyTorch refuses it too (`torch.nn.functional`, `_verify_batch_size`).
 */
export function checkNormalizing({ name, kind, values }: Normalizing): void {
  if (values !== 1) return;
  const [where, remedy] =
    kind === "batch"
      ? ["per channel: a mini-batch of one image on a 1x1 map", "Set batchSize to 2 or more, or"]
      : ["per group: one channel on a 1x1 map", "Take fewer groups, or"];
  throw new UsageError(
    `${kind === "batch" ? "Batch" : "Group"} normalization of ${name} would see a single value ${where}. It would always give beta, and nothing before it would learn. ${remedy} take larger images, fewer layers or no normalization.`,
  );
}

/** `checkNormalizing` for every layer of a model on square images of `side` pixels. */
export function checkNormalizations(
  model: ModelConfig,
  { side, batch }: { side: number; batch: number },
): void {
  const { normalization, groups } = model;
  if (normalization === "none") return;
  for (const { name, filters, pixels } of networkGeometry(model, side)) {
    if (normalization === "batch") checkNormalizing({ name, kind: "batch", values: batch * pixels });
    else
      checkNormalizing({
        ...{ name, kind: "group" },
        values: (filters / (normalization === "layer" ? 1 : groups)) * pixels,
      });
  }
}
