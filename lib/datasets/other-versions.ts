/** A published copy of CIFAR that is not read here. */
export interface OtherVersion {
  /** "Python (pickled)", "MATLAB". */
  version: string;
  name: "cifar10" | "cifar100";
  archive: { name: string; md5: string };
  /** The folder inside the archive. */
  folder: string;
  /** Files by which that folder is known. */
  files: readonly string[];
}

/** Names and MD5 of the archives: as published at https://www.cs.toronto.edu/~kriz/cifar.html. */
export const otherVersions: readonly OtherVersion[] = [
  {
    version: "Python (pickled)",
    name: "cifar10",
    archive: { name: "cifar-10-python.tar.gz", md5: "c58f30108f718f92721af3b95e74349a" },
    folder: "cifar-10-batches-py",
    files: ["batches.meta", "data_batch_1"],
  },
  {
    version: "MATLAB",
    name: "cifar10",
    archive: { name: "cifar-10-matlab.tar.gz", md5: "70270af85842c9e89bb428ec9976c926" },
    folder: "cifar-10-batches-mat",
    files: ["batches.meta.mat", "data_batch_1.mat"],
  },
  {
    version: "Python (pickled)",
    name: "cifar100",
    archive: { name: "cifar-100-python.tar.gz", md5: "eb9058c3a382ffc7106e4002c42a8d85" },
    folder: "cifar-100-python",
    files: ["meta", "train", "test"],
  },
  {
    version: "MATLAB",
    name: "cifar100",
    archive: { name: "cifar-100-matlab.tar.gz", md5: "6a4bfa1dcd5c9453dda6bb54194911f4" },
    folder: "cifar-100-matlab",
    files: ["meta.mat", "train.mat", "test.mat"],
  },
];
