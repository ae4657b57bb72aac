import { z } from "zod";
import { fraction } from "../fields.js";

/**
 * Which filters are cut:
 * - "activation": those inactive by activation, "scale": those inactive by scale (the paper's two measures).
 * - "slimming": the `share` of all filters with the smallest |gamma|, over all layers (network slimming, Liu et al.
 *   2017).
 * - "magnitude": of every layer the `share` of filters with the smallest L1 norm of their weights (Li et al. 2017,
 *   without their sensitivity analysis).
 */
export const pruneSchema = z.discriminatedUnion("method", [
  z.strictObject({ method: z.enum(["activation", "scale"]) }),
  z.strictObject({ method: z.enum(["slimming", "magnitude"]), share: fraction }),
]);

export type PruneConfig = z.output<typeof pruneSchema>;
