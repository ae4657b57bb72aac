import { z } from "zod";
import { positiveInteger } from "./fields.js";

export const modelSchema = z.strictObject({
  name: z.enum(["basicnet"]).default("basicnet"),
  /** Filters of each convolution. */
  widths: z.array(positiveInteger.max(4096)).min(1),
  activation: z.enum(["relu"]).default("relu"),
  normalization: z.enum(["batch"]).default("batch"),
});
