import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { FusedUpdate, Ops } from "../ops.js";
import type { Variable } from "../variable.js";
import type { Kernels } from "./module.js";
import { HeapVariable } from "./variable.js";

const adamRules = ["adam", "amsgrad", "adamax", "nadam"] as const;

/** Optimizer steps by kernels that change vectors in place; `at` gives a tensor's byte offset. */
export function kernelUpdate(
  kernels: Kernels,
  at: (tensor: Tensor1D) => number,
): Pick<Ops, "fusedRules" | "fusedUpdate"> {
  return {
    fusedRules: ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "lion", ...adamRules],
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
  const [name, vectors, constants] = kernelOf(update);
  kernels[name](theta, gradient, ...vectors.map(writable), length, ...constants);
}

/** A kernel, the vectors that it changes besides the parameters, and its arguments after their length. */
function kernelOf({ rule, l2, ...rates }: FusedUpdate): [keyof Kernels, Variable[], number[]] {
  const rate = hostNumber(rates.learningRate);
  const shrinkage = [l2, 1 - hostNumber(rates.decay ?? 0)];
  const common = [rate, ...shrinkage];
  switch (rule.name) {
    case "sgd":
      return ["sgd", [], common];
    case "momentum":
    case "nesterov": {
      const nesterov = Number(rule.name === "nesterov");
      return ["momentum", [rule.velocity], [...common, rule.momentum, nesterov]];
    }
    case "adagrad":
      return ["overRootOfSquares", [rule.sumOfSquares], [...common, 1, 1, rule.epsilon]];
    case "rmsprop": {
      const constants = [...common, ...withRest(rule.decay), rule.epsilon];
      return ["overRootOfSquares", [rule.meanSquare], constants];
    }
    case "adadelta": {
      const vectors = [rule.meanSquare, rule.meanSquareStep];
      return ["adadelta", vectors, [...common, ...withRest(rule.rho), rule.epsilon]];
    }
    case "lion": {
      const constants = [...common, ...withRest(rule.beta1), ...withRest(rule.beta2)];
      return ["lion", [rule.firstMoment], constants];
    }
    case "adamax": {
      const corrected = [rate / hostNumber(rule.correction), ...shrinkage];
      const constants = [...corrected, ...withRest(rule.beta1), rule.beta2, rule.epsilon];
      return ["adamax", [rule.firstMoment, rule.largestGradient], constants];
    }
    case "nadam": {
      const shares = rule.shares.map((share) => rate * hostNumber(share));
      const betas = [...withRest(rule.beta1), ...withRest(rule.beta2)];
      const constants = [...shares, ...shrinkage, ...betas, hostNumber(rule.correction), rule.epsilon];
      return ["nadam", [rule.firstMoment, rule.secondMoment], constants];
    }
    case "adam":
    case "amsgrad": {
      const [first, second] = rule.corrections.map(hostNumber) as [number, number];
      const betas = [...withRest(rule.beta1), ...withRest(rule.beta2)];
      const constants = [rate / first, ...shrinkage, ...betas, second, rule.epsilon];
      const moments = [rule.firstMoment, rule.secondMoment];
      return rule.name === "adam"
        ? ["adam", moments, constants]
        : ["amsgrad", [...moments, rule.largestMoment], constants];
    }
  }
}

const withRest = (decay: number): [number, number] => [decay, 1 - decay];

function writable(variable: Variable): number {
  if (!(variable instanceof HeapVariable)) throw new Error("The variable belongs to another engine.");
  return variable.writable();
}

function hostNumber(rate: unknown): number {
  if (typeof rate !== "number") throw new Error("The wasm engine takes plain numbers.");
  return rate;
}
