export { cachedDatasets, formPath, packPath } from "./cached.js";
export { isCifar } from "./cifar-archives.js";
export type {
  ChannelStatistics,
  Dataset,
  DatasetProgress,
  DatasetWorkOptions,
  ImageSet,
} from "./dataset.js";
export { downloadCifar } from "./download.js";
export { memoryImages, readAll, selectImages } from "./image-sets.js";
export { type DatasetOptions, type LoadOptions, loadDataset } from "./load.js";
export { checkDatasetName, datasetNames, detectSource } from "./sources.js";
export { channelStatistics } from "./statistics.js";
export { firstOfEachClass } from "./subset.js";
export { syntheticDataset } from "./synthetic.js";
