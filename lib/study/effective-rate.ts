import type { RunConfig } from "../runs/config.js";

/**
 * How far one step turns a filter's weights behind a normalization, where only their direction matters: the learning rate over a
 * power of their norm. The objective's gradient there goes as 1 / norm, and what a step turns as its length / norm. So it is
 * rate / norm ** 2 under SGD, with momentum too, whose steps are as long as the gradient; and rate / norm under Adam and other
 * methods that divide by the gradient's own size, which "only partially eliminate" the effect (van Laarhoven, arXiv 1706.05350),
 * or take its sign (Lion) or its directions alone (Muon). As long as an optimizer's epsilon is small beside the gradient.
 *
 * @param norm of a filter's weights
 */
export const effectiveRate = ({ optimizer }: Pick<RunConfig, "optimizer">, norm: number): number =>
  optimizer.learningRate / norm ** (optimizer.name === "sgd" ? 2 : 1);
