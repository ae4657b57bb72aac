import { z } from "zod";

export const positiveInteger = z.int().min(1);
/** Strictly between 0 and 1. */
export const fraction = z.number().gt(0).lt(1);
