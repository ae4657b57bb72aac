export type { Dataset } from "./datasets/dataset.js";
