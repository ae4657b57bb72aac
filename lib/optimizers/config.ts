import { z } from "zod";
import { adadelta } from "./adadelta.js";
import { adagrad } from "./adagrad.js";
import { adam, amsgrad } from "./adam.js";
import { adamax } from "./adamax.js";
import type { OptimizerKind } from "./kind.js";
import { lion } from "./lion.js";
import { muon } from "./muon-config.js";
import { nadam } from "./nadam.js";
import { rmsprop } from "./rmsprop.js";
import { sgd } from "./sgd.js";

/** Every optimizer of runs, by the name that configurations use. */
const kinds = { sgd, adam, amsgrad, adamax, nadam, adagrad, adadelta, rmsprop, lion, muon };

/** Defaults are PyTorch's; where tfjs' differ, the constants' comments say so. */
export const optimizerSchema = z.discriminatedUnion("name", [
  sgd.schema,
  adam.schema,
  amsgrad.schema,
  adamax.schema,
  nadam.schema,
  adagrad.schema,
  adadelta.schema,
  rmsprop.schema,
  lion.schema,
  muon.schema,
]);

export type OptimizerConfig = z.output<typeof optimizerSchema>;

/** What a configuration's optimizer is. */
export const kindOf = ({ name }: Pick<OptimizerConfig, "name">): OptimizerKind<z.ZodType<OptimizerConfig>> =>
  kinds[name] as unknown as OptimizerKind<z.ZodType<OptimizerConfig>>;

/** As tables and figures call it: "Adam", "SGD", "SGD+momentum", "SGD+Nesterov". */
export function optimizerName(optimizer: OptimizerConfig): string {
  const { label } = kindOf(optimizer);
  return typeof label === "string" ? label : label(optimizer);
}
