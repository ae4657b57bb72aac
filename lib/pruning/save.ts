import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { io } from "@tensorflow/tfjs-core";
import type { ChannelStatistics } from "../datasets/index.js";
import type { TrainedModel } from "./model.js";

export interface SaveModelOptions {
  /** What the images were normalized with: (value / 255 - mean) / std, channel by channel. */
  normalization: ChannelStatistics;
}

const weightsFile = "weights.bin";

/**
 * Writes a model as TensorFlow.js keeps them: `model.json` and `weights.bin`, which `tf.loadLayersModel` of plain tfjs
 * loads from an address in Node and in a browser; README.md shows how it takes them from files. The classes and the normalization of the images are in its `userDefinedMetadata`.
 * Returns the files' names.
 */
export async function saveLayersModel(
  trained: TrainedModel,
  folder: string,
  { normalization: { mean, std } }: SaveModelOptions,
): Promise<string[]> {
  // tfjs' layers take a second to load, which only this needs.
  const { layersModel } = await import("./layers-model.js");
  const layers = layersModel(trained);
  layers.setUserDefinedMetadata({ classes: trained.images.classes, mean, std });
  const modelFile = "model.json";
  try {
    await mkdir(folder, { recursive: true });
    await layers.save(
      io.withSaveHandler(async ({ weightData, weightSpecs, ...artifacts }) => {
        const weights = io.CompositeArrayBuffer.join(weightData);
        const manifest = [{ paths: [weightsFile], weights: weightSpecs }];
        const model = { ...artifacts, weightsManifest: manifest };
        await writeFile(join(folder, weightsFile), Buffer.from(weights));
        await writeFile(join(folder, modelFile), JSON.stringify(model));
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
      }),
    );
    return [modelFile, weightsFile];
  } finally {
    layers.dispose();
  }
}
