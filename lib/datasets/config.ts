import { z } from "zod";
import { positiveInteger } from "../fields.js";

const error =
  'expected a number of classes, 2 or more, or a list of two or more labels, each a class or several joined by "+", e.g. ["cat+dog", "ship"]';
const classes = z.union([z.int().min(2, { error }), z.array(z.string().min(1)).min(2, { error })], { error });

/** What training does to its images, drawn for each image and epoch from the run's seed. */
const augmentation = z.strictObject({
  /** Pixels of padding of the mean color on each side, before a crop of the image's own size at a random place. */
  crop: z.int().min(0).default(0),
  /** Mirrors every other image, left to right. */
  flip: z.boolean().default(false),
});

export const datasetSchema = z
  .strictObject({
    /** Which images: "synthetic", "cifar10", "cifar100", or the name given to an image folder. */
    name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and dashes"),
    /** Which copy: "official", "jpeg", "builtin". */
    source: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]*$/)
      .default("official"),
    /** Side of the square images after area-averaging, pixels. */
    size: positiveInteger.max(512).default(32),
    /**
     * Classes kept, of both splits: the first so many in the dataset's own order, or the named ones in the order
     * given, several joined by "+" being one label; all when absent.
     */
    classes: classes.optional(),
    /** Training images kept, the same number of each label, chosen by a fixed seed; all when absent. */
    trainImages: positiveInteger.optional(),
    /**
     * Training images held out, the same number of each label, chosen by a fixed seed. Where there are any, the run is
     * evaluated on them and never sees a test image.
     */
    validationImages: z.int().min(0).default(0),
    /** Share of the training labels replaced by another one, drawn evenly with a fixed seed, 0 to 1. */
    labelNoise: z.number().min(0).max(1).default(0),
    augmentation: augmentation.prefault({}),
  })
  .refine(({ size, augmentation: { crop } }) => crop < size, {
    path: ["augmentation", "crop"],
    error: "must be less than dataset.size: nothing of an image might be left",
  });
