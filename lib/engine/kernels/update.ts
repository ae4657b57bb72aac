import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { FusedUpdate, Ops } from "../ops.js";
import type { Variable } from "../variable.js";
import type { Kernels } from "./module.js";
import { HeapVariable } from "./variable.js";

/** Optimizer steps by kernels that change vectors in place; `at` gives a tensor's byte offset. */
export function kernelUpdate(
  kernels: Kernels,
  at: (tensor: Tensor1D) => number,
): Pick<Ops, "fusedRules" | "fusedUpdate"> {
  return {
    fusedRules: ["sgd", "momentum", "adam"],
    fusedUpdate(parameters, gradient, update) {
      const { decay } = update;
      if (decay instanceof tf.Tensor && decay.rank > 0) {
        applyUpdate(kernels, writable(parameters), at(gradient), parameters.size, { ...update, decay: 0 });
        tf.tidy(() => parameters.assign(tf.mul(parameters.read(), tf.sub(1, decay))));
      } else {
        applyUpdate(kernels, writable(parameters), at(gradient), parameters.size, update);
      }
    },
  };
}

function applyUpdate(
  kernels: Kernels,
  theta: number,
  gradient: number,
  length: number,
  update: FusedUpdate,
): void {
  const { rule, l2 } = update;
  const learningRate = hostNumber(update.learningRate);
  const kept = 1 - hostNumber(update.decay ?? 0);
  if (rule.name === "sgd") {
    kernels.sgd(theta, gradient, length, learningRate, l2, kept);
  } else if (rule.name === "momentum") {
    const velocity = writable(rule.velocity);
    kernels.momentum(theta, gradient, velocity, length, learningRate, l2, kept, rule.momentum);
  } else if (rule.name === "adam") {
    const { beta1, beta2, epsilon } = rule;
    const [first, second] = rule.corrections.map(hostNumber);
    const rate = learningRate / first!;
    kernels.adam(
      ...[theta, gradient, writable(rule.firstMoment), writable(rule.secondMoment), length],
      ...[rate, l2, kept, beta1, 1 - beta1, beta2, 1 - beta2, second!, epsilon],
    );
  } else {
    throw new Error(`The wasm engine has no kernel for ${rule.name}.`);
  }
}

function writable(variable: Variable): number {
  if (!(variable instanceof HeapVariable)) throw new Error("The variable belongs to another engine.");
  return variable.writable();
}

function hostNumber(rate: unknown): number {
  if (typeof rate !== "number") throw new Error("The wasm engine takes plain numbers.");
  return rate;
}
