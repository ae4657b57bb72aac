import { z } from "zod";
import { positiveInteger } from "./fields.js";

export const datasetSchema = z.strictObject({
  /** Which images: "synthetic", "cifar10", "cifar100", or the name given to an image folder. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and dashes"),
  /** Which copy: "official", "jpeg", "builtin". */
  source: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .default("official"),
  /** Side of the square images after area-averaging, pixels. */
  size: positiveInteger.max(512).default(32),
  /** Training images kept, the same number of each class, chosen by a fixed seed; all when absent. */
  trainImages: positiveInteger.optional(),
});
