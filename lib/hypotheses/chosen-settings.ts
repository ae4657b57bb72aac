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
    "RMSProp, L2": [
      { rate: 0.0015, warmup: 0, lambda: 0.01, error: 34.94, dead: 41.38 },
      { rate: 0.005, warmup: 0, lambda: 0.001, error: 37.9, dead: 60.99 },
      { rate: 0.005, warmup: 0, lambda: 0.003, error: 40.46, dead: 77.8 },
      { rate: 0.005, warmup: 0, lambda: 0, error: 36.38, dead: 0.43 },
    ],
    "AMSGrad, L2": [
      { rate: 0.003, warmup: 0, lambda: 0.003, error: 34.38, dead: 27.37 },
      { rate: 0.01, warmup: 0, lambda: 0.0003, error: 36.16, dead: 39.22 },
      { rate: 0.01, warmup: 0, lambda: 0.001, error: 38.8, dead: 66.59 },
      { rate: 0.01, warmup: 0, lambda: 0.003, error: 43, dead: 79.53 },
      { rate: 0.01, warmup: 0, lambda: 0, error: 35.14, dead: 0 },
    ],
    "Adamax, L2": [
      { rate: 0.003, warmup: 0, lambda: 0.03, error: 35.3, dead: 37.28 },
      { rate: 0.01, warmup: 0, lambda: 0.01, error: 38.08, dead: 60.56 },
      { rate: 0.01, warmup: 0, lambda: 0.03, error: 52.42, dead: 77.59 },
      { rate: 0.01, warmup: 0, lambda: 0, error: 35.64, dead: 0 },
    ],
    "AdaGrad, L2": [
      { rate: 0.01, warmup: 0, lambda: 0.1, error: 35.64, dead: 0 },
      { rate: 0.03, warmup: 0, lambda: 0.01, error: 36.36, dead: 31.9 },
      { rate: 0.1, warmup: 0, lambda: 0.001, error: 37.52, dead: 45.47 },
      { rate: 0.1, warmup: 0, lambda: 0.003, error: 42.14, dead: 64.22 },
      { rate: 0.1, warmup: 0, lambda: 0, error: 37.68, dead: 0 },
    ],
    "Adadelta, L2": [
      { rate: 3, warmup: 0, lambda: 0.001, error: 33.46, dead: 2.8 },
      { rate: 1, warmup: 0, lambda: 0.01, error: 34.3, dead: 45.04 },
      { rate: 3, warmup: 0, lambda: 0.003, error: 38.42, dead: 69.83 },
      { rate: 3, warmup: 0, lambda: 0.01, error: 49.3, dead: 87.28 },
      { rate: 3, warmup: 0, lambda: 0, error: 35.72, dead: 0 },
    ],
    "Lion, decoupled decay": [
      { rate: 0.001, warmup: 0, lambda: 0.003, error: 33.9, dead: 25 },
      { rate: 0.003, warmup: 0, lambda: 0.01, error: 36.96, dead: 36.42 },
      { rate: 0.003, warmup: 0, lambda: 0, error: 35.78, dead: 17.24 },
    ],
    "Muon, decoupled decay": [
      { rate: 0.007, warmup: 0, lambda: 0.003, error: 30.94, dead: 2.8 },
      { rate: 0.02, warmup: 0, lambda: 0.003, error: 31.92, dead: 17.46 },
      { rate: 0.06, warmup: 0, lambda: 0.01, error: 41.52, dead: 57.33 },
      { rate: 0.02, warmup: 0, lambda: 0, error: 34.64, dead: 0 },
    ],
    "SGD+momentum, L2, 75 % as wide": [{ rate: 0.015, warmup: 0, lambda: 0.01, error: 33.96, dead: 0.86 }],
    "SGD+momentum, L2, 50 % as wide": [{ rate: 0.015, warmup: 0, lambda: 0.01, error: 35.3, dead: 0 }],
    "SGD+momentum, L2, 25 % as wide": [{ rate: 0.05, warmup: 0, lambda: 0.001, error: 40.42, dead: 0 }],
    "Adam, L2, GroupNorm": [
      { rate: 0.003, warmup: 0.1, lambda: 0, error: 38.94, dead: 0 },
      { rate: 0.003, warmup: 0.1, lambda: 0.001, error: 39.44, dead: 13.36 },
      { rate: 0.003, warmup: 0, lambda: 0.0003, error: 40.82, dead: 27.59 },
      { rate: 0.01, warmup: 0.1, lambda: 0.001, error: 43.86, dead: 53.66 },
      { rate: 0.01, warmup: 0.1, lambda: 0.003, error: 50.02, dead: 70.47 },
    ],
    "Adam, L2, LayerNorm": [
      { rate: 0.01, warmup: 0.1, lambda: 0.0001, error: 39.4, dead: 15.95 },
      { rate: 0.01, warmup: 0.1, lambda: 0.0003, error: 41.34, dead: 32.76 },
      { rate: 0.01, warmup: 0.1, lambda: 0.001, error: 46, dead: 60.13 },
      { rate: 0.003, warmup: 0, lambda: 0.003, error: 51.34, dead: 70.69 },
      { rate: 0.003, warmup: 0.1, lambda: 0, error: 39.66, dead: 0.22 },
    ],
  },
  reduced: {
    "Adam, L2": [
      { rate: 0.003, warmup: 0, lambda: 0, error: 19.04, dead: 0 },
      { rate: 0.001, warmup: 0, lambda: 0.003, error: 19.06, dead: 35.99 },
      { rate: 0.001, warmup: 0, lambda: 0.01, error: 19.66, dead: 53.23 },
      { rate: 0.003, warmup: 0, lambda: 0.003, error: 22.08, dead: 70.91 },
    ],
    "SGD+momentum, L2": [
      { rate: 0.15, warmup: 0, lambda: 0.0003, error: 16.9, dead: 1.29 },
      { rate: 0.015, warmup: 0, lambda: 0.01, error: 18.38, dead: 18.97 },
      { rate: 0.015, warmup: 0, lambda: 0.015, error: 20.38, dead: 35.13 },
      { rate: 0.15, warmup: 0, lambda: 0, error: 18.5, dead: 0.22 },
    ],
  },
};
