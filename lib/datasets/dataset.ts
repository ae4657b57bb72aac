/** Images of one split: `images` is [count, height, width, channels] uint8, `labels` [count] class indices. */
export interface ImageSet {
  count: number;
  images: Uint8Array;
  labels: Uint16Array;
}

/** Every dataset of the collection, wherever it came from. */
export interface Dataset {
  /** The data, e.g. "cifar10", "synthetic". */
  name: string;
  /** Which copy of it: "official" (bit-exact binary files), "jpeg" (re-encoded folder), "builtin" (made from a seed). */
  source: string;
  classes: string[];
  height: number;
  width: number;
  channels: number;
  train: ImageSet;
  test: ImageSet;
  /** sha256 (hex) over the shape, labels and pixels of both splits: equal data have equal checksums. */
  checksum: string;
}

/** Per-channel mean and standard deviation of the training images, scaled to [0, 1]. */
export interface ChannelStatistics {
  mean: number[];
  std: number[];
}

/** How far a dataset has got on its way into memory: bytes of a download or of files, or images decoded. */
export interface DatasetProgress {
  phase: "download" | "read" | "decode";
  done: number;
  total: number;
}

export interface DatasetWorkOptions {
  onProgress?: (progress: DatasetProgress) => void;
  signal?: AbortSignal;
}
