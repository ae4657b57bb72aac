import type { Scalar } from "@tensorflow/tfjs-core";

/** A number that changes from step to step: a plain one, or a scalar tensor while a program is being compiled. */
export type Rate = number | Scalar;
