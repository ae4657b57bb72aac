import { z } from "zod";
import { type PruneConfig, pruneSchema } from "../../pruning/config.js";

/** Where a run begins, if not from initial weights: at the end of another run, its parent, with the same seed. */
export const startSchema = z.strictObject({
  /** The parent's whole configuration, so that it can be trained from here. */
  run: z.unknown(),
  /** What is cut out of it first. */
  prune: pruneSchema,
  /**
   * "kept": what is left of the parent's weights. "initial": initial ones, of which the parent gives only how many
   * filters each layer has (training the pruned architecture from scratch).
   */
  weights: z.enum(["kept", "initial"]).default("kept"),
  /**
   * "steps": as many as configured. "compute": as many more as the pruned network needs fewer multiply-accumulates an
   * image than the parent, for the same in total.
   */
  budget: z.enum(["steps", "compute"]).default("steps"),
});

/** A checked start, with `Config` the type of run configurations. */
export interface Start<Config> {
  run: Config;
  prune: PruneConfig;
  weights: "kept" | "initial";
  budget: "steps" | "compute";
}

/** What a caller writes: defaults may be left out. */
export type StartInput<Input> = Omit<z.input<typeof startSchema>, "run"> & { run: Input };
