import { measures } from "../../study/measures.js";
import type { Column } from "./catalog.js";

type About = Omit<Column, "name" | "levels" | "isName">;

const of = (words: string, unit?: string): About => ({ words, ...(unit && { unit }) });
const log = (words: string, unit?: string): About => ({ ...of(words, unit), log: true });

/** What columns are called in the page, by name; one that is not here goes by its name. */
export const columnWords: Record<string, About> = {
  ...Object.fromEntries(Object.entries(measures).map(([name, { words, unit }]) => [name, of(words, unit)])),
  arm: of("optimizer and penalty"),
  rate: log("learning rate"),
  penalty: of("form of the penalty"),
  lambda: log("strength of the penalty λ"),
  path: of("where the penalty enters a step"),
  span: of("when the penalty acts"),
  filterNorm: of("norm that weights are held at"),
  cutting: of("whether dead filters are cut in training"),
  on: of("what the penalty reaches"),
  l1Gamma: log("strength of the L1 penalty on γ"),
  batch: log("images of a mini-batch"),
  images: log("images seen"),
  labelNoise: of("share of wrong labels"),
  layers: of("number of layers"),
  filters: log("number of filters"),
  start: of("what training began from"),
  divergedAt: of("step of divergence"),
  steps: log("steps trained"),
  trainLoss: log("training loss", "nats"),
  seconds: log("time of training", "s"),
  learningRate: log("learning rate at the end of the epoch"),
  step: of("optimizer step"),
  depth: of("place of the layer in depth"),
  filter: of("place of the filter in its layer"),
  state: of("state of the filter"),
  gamma: log("scale γ"),
  beta: of("shift β"),
  maxActivation: log("largest activation"),
  selectivity: of("selectivity: share of images without an answer"),
  weightNorm: log("norm of the weights"),
  gammaGradient: log("objective's gradient on γ"),
  weightGradient: log("norm of the objective's gradient on the weights"),
  gammaSecondMoment: log("running mean of squared gradients on γ"),
  diedAt: of("step of death"),
  cause: of("cause of death"),
  selectiveFirst: of("selective before it died"),
  revivedAt: of("step of first return"),
};
