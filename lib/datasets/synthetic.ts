import { datasetChecksum } from "./checksum.js";
import type { Dataset } from "./dataset.js";
import { syntheticImages } from "./synthetic-images.js";

/** The built-in dataset; options, result and errors are those of `syntheticImages`. */
export function syntheticDataset(options: Parameters<typeof syntheticImages>[0] = {}): Dataset {
  const images = syntheticImages(options);
  return { ...images, checksum: datasetChecksum(images) };
}
