import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Activation } from "../engine/activation.js";
import type { Activations, Block, Feature } from "./block.js";
import { trainSequence } from "./sequence.js";

export interface ResidualOptions {
  input: Feature;
  /** Ends in a convolution without activation. */
  branch: readonly Block[];
  /** A convolution without activation; undefined: the identity. */
  shortcut: Block | undefined;
  activation: Activation;
}

/**
 * activation(branch(x) + shortcut(x)). Filters that end in the sum (the branch's last convolution and the shortcut's)
 * have no activation map of their own: their probes see the map behind the sum and the activation.
 */
export function residual({ input, branch, shortcut, activation }: ResidualOptions): Block {
  const last = branch.at(-1)!;
  const summed = [last, shortcut].flatMap((block) => block?.layer ?? []);
  const sum = (x: Activations, y: Activations) => tf.add(x, y) as Tensor4D;
  return {
    output: { shape: last.output.shape, group: shortcut ? last.output.group : input.group },
    macs: [...branch, shortcut].reduce((total, block) => total + (block?.macs ?? 0), 0),
    train(x, pass) {
      const { ops } = pass;
      const main = trainSequence(branch, x, pass);
      const side = shortcut?.train(x, pass);
      const before = sum(main.output, side?.output ?? x);
      const output = ops.activate(before, activation);
      return {
        output,
        backward(dy) {
          const gradient = ops.activationGradient(dy as Tensor4D, before, output, activation);
          const own = main.backward(gradient, true);
          const other = side ? side.backward(gradient, true) : gradient;
          return sum(own as Activations, other as Activations);
        },
      };
    },
    infer(x, pass) {
      const main = branch.reduce((value, block) => block.infer(value, pass), x);
      const y = pass.ops.activate(sum(main, shortcut?.infer(x, pass) ?? x), activation);
      for (const layer of summed) pass.onActivation?.(layer, y);
      return y;
    },
  };
}
