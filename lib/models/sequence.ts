import type { Activations, Block, Pullback, TrainingPass } from "./block.js";

/** Training pass through blocks one after another. */
export function trainSequence(
  blocks: readonly Block[],
  input: Activations,
  pass: TrainingPass,
): { output: Activations; backward: Pullback } {
  let output = input;
  const pullbacks = blocks.map((block) => {
    const step = block.train(output, pass);
    output = step.output;
    return step.backward;
  });
  return {
    output,
    backward(dy, needsInput) {
      let gradient: Activations | undefined = dy;
      for (let index = pullbacks.length - 1; index >= 0; index--) {
        gradient = pullbacks[index]!(gradient as Activations, needsInput || index > 0);
      }
      return gradient;
    },
  };
}
