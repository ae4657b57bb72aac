import type { Dataset } from "../../datasets/dataset.js";
import { selected } from "../../datasets/selected.js";
import { syntheticImages } from "../../datasets/synthetic-images.js";
import { UserError } from "../../errors.js";
import type { RunConfig } from "../../runs/config/run.js";

export type Images = Omit<Dataset, "checksum">;

/** Drawing them takes a second, and most arms share them. */
const drawn = new Map<number, Images>();

/** The images that an arm trains on. Throws `UserError` where they are not the built-in ones. */
export function imagesOf({ dataset }: Pick<RunConfig, "dataset">): Images {
  if (dataset.name !== "synthetic")
    throw new UserError(`A page has only the synthetic images, and the arm asks for ${dataset.name}.`);
  const own = drawn.get(dataset.size) ?? syntheticImages(dataset);
  drawn.set(dataset.size, own);
  return selected(own, dataset);
}
