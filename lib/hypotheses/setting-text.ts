import { shortNumber } from "../runs/describe.js";
import type { Setting } from "./families.js";

/** A setting's learning rate: "1e-3", "1e-2 warm-up". */
export const rateText = ({ rate, warmup }: Pick<Setting, "rate" | "warmup">): string =>
  `${shortNumber(rate)}${warmup > 0 ? " warm-up" : ""}`;

/** A setting's strength of the penalty: "3e-4", "none". */
export const strengthText = (lambda: number): string => (lambda === 0 ? "none" : shortNumber(lambda));
