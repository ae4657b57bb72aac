/** Images of one split, read by index: from a file in the cache or from memory. */
export interface ImageSet {
  readonly count: number;
  /** Class index of each image, [count]. */
  readonly labels: Uint16Array;
  /** Bytes of an image: height x width x channels. */
  readonly imageBytes: number;
  /**
   * Copies the images at `indices` into `target`, one after another.
   *
   * @param indices each below `count`
   * @param target at least [indices.length, height, width, channels], uint8
   */
  read(indices: ArrayLike<number>, target: Uint8Array): void;
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
  /** Lets go of the file that the images are read from; nothing can be read afterwards. */
  close(): void;
}

/** Per-channel mean and standard deviation of the training images, scaled to [0, 1]. */
export interface ChannelStatistics {
  mean: number[];
  std: number[];
}

/** How far a dataset has got on its way into the cache: bytes of a download or of files, or images decoded. */
export interface DatasetProgress {
  phase: "download" | "read" | "decode";
  done: number;
  total: number;
}

export interface DatasetWorkOptions {
  onProgress?: (progress: DatasetProgress) => void;
  /** Takes a line that the reader should know: what was left out of a folder, and why. */
  onNote?: (line: string) => void;
  signal?: AbortSignal;
}
