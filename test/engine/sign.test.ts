import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { openEngine } from "../../lib/engine/index.js";
import { sign } from "../../lib/engine/sign.js";

it("tells the sign of numbers of any size, and does not hide what is not a number", async () => {
  await openEngine({ name: "wasm" });
  const values = [3e38, 1, 1e-9, 2e-38, 0, -2e-38, -1e-9, -1, -3e38, Number.NaN, Infinity];
  const signs = [...tf.tidy(() => sign(tf.tensor1d(values)).dataSync())];
  expect(signs).toEqual([1, 1, 1, 1, 0, -1, -1, -1, -1, Number.NaN, Number.NaN]);
});
