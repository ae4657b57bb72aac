import type { Scale } from "../study/arm.js";
import type { Screened } from "./choice.js";

/**
 * What held-out images chose of every family (see `chooseSettings`), with the error and the dead share, in %, there; the most
 * accurate first. Written by `npm run sweep -- choose`; a test compares it with the records.
 */
export const chosenSettings: Partial<Record<Scale, Readonly<Record<string, readonly Screened[]>>>> = {
  lite: {
    "Adam, L2": [
      { rate: 0.001, warmup: 0.1, lambda: 0.03, error: 33.56, dead: 10.13 },
      { rate: 0.001, warmup: 0, lambda: 0.03, error: 33.96, dead: 21.34 },
      { rate: 0.003, warmup: 0, lambda: 0.003, error: 34.16, dead: 32.11 },
      { rate: 0.01, warmup: 0.1, lambda: 0.001, error: 35.52, dead: 50.22 },
      { rate: 0.01, warmup: 0, lambda: 0.001, error: 38.06, dead: 69.61 },
      { rate: 0.01, warmup: 0, lambda: 0.003, error: 43.5, dead: 80.39 },
      { rate: 0.01, warmup: 0, lambda: 0, error: 35, dead: 0 },
    ],
    "SGD+momentum, L2": [
      { rate: 0.015, warmup: 0, lambda: 0.015, error: 32.52, dead: 2.37 },
      { rate: 0.15, warmup: 0, lambda: 0.003, error: 35.88, dead: 15.3 },
      { rate: 0.15, warmup: 0, lambda: 0.005, error: 42.06, dead: 34.7 },
      { rate: 0.15, warmup: 0, lambda: 0, error: 36.22, dead: 0 },
    ],
    "Adam, decoupled decay": [
      { rate: 0.001, warmup: 0.1, lambda: 0.002, error: 31.26, dead: 4.31 },
      { rate: 0.01, warmup: 0, lambda: 0.002, error: 33.86, dead: 24.57 },
      { rate: 0.003, warmup: 0.1, lambda: 0.004, error: 36.04, dead: 35.99 },
      { rate: 0.01, warmup: 0, lambda: 0.004, error: 37.52, dead: 46.77 },
      { rate: 0.01, warmup: 0.1, lambda: 0.008, error: 44.38, dead: 58.84 },
      { rate: 0.01, warmup: 0, lambda: 0, error: 35, dead: 0 },
    ],
    "SGD+momentum, decoupled decay": [
      { rate: 0.05, warmup: 0, lambda: 0.0025, error: 32.62, dead: 3.02 },
      { rate: 0.05, warmup: 0, lambda: 0.005, error: 36.26, dead: 17.24 },
      { rate: 0.05, warmup: 0, lambda: 0.007, error: 39.36, dead: 27.37 },
      { rate: 0.15, warmup: 0, lambda: 0, error: 36.22, dead: 0 },
    ],
  },
};
