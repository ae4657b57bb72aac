import { compareConvolution } from "./compare-convolution.js";
import { describeEngines } from "./support.js";

/** Odd and even numbers of taps, of channels and of vectors of them; maps that the stride divides or not, and a small one. */
const cases = [
  { x: [2, 9, 10, 3], filter: [3, 3, 3, 4], stride: 3 },
  { x: [2, 18, 21, 37], filter: [4, 4, 37, 5], stride: 3 },
  { x: [1, 11, 8, 20], filter: [5, 5, 20, 16], stride: 4 },
  { x: [3, 7, 13, 40], filter: [4, 4, 40, 6], stride: 4 },
  { x: [2, 8, 9, 48], filter: [3, 3, 48, 16], stride: 2 },
  { x: [2, 8, 8, 80], filter: [3, 3, 80, 7], stride: 2 },
  { x: [2, 8, 8, 16], filter: [1, 1, 16, 32], stride: 3 },
  { x: [1, 2, 5, 3], filter: [4, 4, 3, 2], stride: 3 },
  { x: [2, 18, 21, 37], filter: [4, 4, 37, 5], stride: 2 },
  { x: [2, 15, 16, 24], filter: [5, 5, 24, 16], stride: 2 },
] as const;

describeEngines(
  "convolutions with strides that few networks have agree with loops in double precision",
  (check, engine) => {
    for (const { x, filter, stride } of cases)
      check(`[${x}] * [${filter}], stride ${stride}`, () =>
        compareConvolution(engine(), { x: [...x], filter: [...filter], stride }),
      );
  },
);
