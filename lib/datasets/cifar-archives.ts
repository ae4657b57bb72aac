/** A file of fixed-length records: the label bytes, then 32x32 red, green and blue bytes, row by row. */
export interface CifarFile {
  name: string;
  records: number;
  /** Hex. */
  md5: string;
}

/** A published binary archive and what is in it. */
export interface CifarArchive {
  name: "cifar10" | "cifar100";
  title: string;
  archive: { name: string; bytes: number; md5: string };
  /** The folder inside the archive. */
  folder: string;
  /** Bytes before the pixels; the last one is the class (CIFAR-100 has its superclass before it). */
  labelBytes: number;
  train: CifarFile[];
  test: CifarFile[];
  /** In label order. */
  classes: string[];
}

/** Images are 32x32 RGB. */
export const cifarSide = 32;

/**
 * CIFAR-10 and CIFAR-100, binary version (A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images",
 * 2009). Archive MD5: as published at https://www.cs.toronto.edu/~kriz/cifar.html. Archive sizes: TensorFlow
 * Datasets, `url_checksums/cifar10.txt` and `cifar100.txt`. MD5 of the files inside: the `dldataset` package of
 * github.com/rai-project.
 */
export const cifarArchives: readonly CifarArchive[] = [
  {
    name: "cifar10",
    title: "CIFAR-10",
    archive: { name: "cifar-10-binary.tar.gz", bytes: 170052171, md5: "c32a1d4ab5d03f1284b67883e8d87530" },
    folder: "cifar-10-batches-bin",
    labelBytes: 1,
    train: [
      { name: "data_batch_1.bin", records: 10000, md5: "5dd7e06a14cb22eb9f671a540d1b7c25" },
      { name: "data_batch_2.bin", records: 10000, md5: "5ea93a67294ea407fff1d09f752e9692" },
      { name: "data_batch_3.bin", records: 10000, md5: "942cd6a4bcdd0dd3c604fbe906cb4421" },
      { name: "data_batch_4.bin", records: 10000, md5: "ae636b3ba5c66a11e91e8cb52e771fcb" },
      { name: "data_batch_5.bin", records: 10000, md5: "53f37980c15c3d472c316c40844f3f0d" },
    ],
    test: [{ name: "test_batch.bin", records: 10000, md5: "803d5f7f4d78ea53de84dbe85f74fb6d" }],
    classes: "airplane automobile bird cat deer dog frog horse ship truck".split(" "),
  },
  {
    name: "cifar100",
    title: "CIFAR-100",
    archive: { name: "cifar-100-binary.tar.gz", bytes: 168513733, md5: "03b5dce01913d631647c71ecec9e9cb8" },
    folder: "cifar-100-binary",
    labelBytes: 2,
    train: [{ name: "train.bin", records: 50000, md5: "6172c7755cfe09b2fe270c85cebc1b15" }],
    test: [{ name: "test.bin", records: 10000, md5: "4499cfba6c016c1be1438163640a0898" }],
    classes:
      `apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel
      can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur
      dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion
      lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree
      pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal
      shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank
      telephone television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman
      worm`.split(/\s+/),
  },
];

/** The archive of a dataset's name, if it has one. */
export const cifarArchive = (name: string): CifarArchive | undefined =>
  cifarArchives.find((archive) => archive.name === name);

/** All files of an archive, the training split's first. */
export const binFiles = ({ train, test }: CifarArchive): CifarFile[] => [...train, ...test];

export const isCifar = (name: string): name is CifarArchive["name"] => cifarArchive(name) !== undefined;
