import type { Tensor1D, TensorInfo } from "@tensorflow/tfjs-core";
import { InPlaceVariable } from "../in-place-variable.js";
import type { FusedRule, FusedUpdate, Rate } from "../ops.js";
import type { Variable } from "../variable.js";
import { bindings, type Dispatcher, elementwise, workgroupsFor } from "./dispatch.js";

/**
 * What a rule computes for one parameter: `body` sees its gradient `g`, penalty included, and its state by name, and
 * sets `step`, which the learning rate multiplies.
 */
interface Rule {
  state: Record<string, Variable>;
  constants: Record<string, Rate>;
  body: string;
}

/** The rules of lib/optimizers, which says where each comes from. */
function ruleOf(rule: FusedRule): Rule {
  switch (rule.name) {
    case "sgd":
      return { state: {}, constants: {}, body: "let step = g;" };
    case "momentum":
    case "nesterov": {
      const { name, velocity, momentum } = rule;
      const step = name === "nesterov" ? "g + rule.momentum * next" : "next";
      const body = `
    let next = rule.momentum * velocity[index] + g;
    velocity[index] = next;
    let step = ${step};`;
      return { state: { velocity }, constants: { momentum }, body };
    }
    case "adagrad": {
      const { sumOfSquares, epsilon } = rule;
      const body = `
    let sum = sumOfSquares[index] + g * g;
    sumOfSquares[index] = sum;
    let step = g / (sqrt(sum) + rule.epsilon);`;
      return { state: { sumOfSquares }, constants: { epsilon }, body };
    }
    case "adadelta": {
      const { meanSquare, meanSquareStep, rho, epsilon } = rule;
      const body = `
    let squares = rule.rho * meanSquare[index] + rule.rest * g * g;
    meanSquare[index] = squares;
    let step = g * sqrt((meanSquareStep[index] + rule.epsilon) / (squares + rule.epsilon));
    meanSquareStep[index] = rule.rho * meanSquareStep[index] + rule.rest * step * step;`;
      return { state: { meanSquare, meanSquareStep }, constants: { rho, rest: 1 - rho, epsilon }, body };
    }
    case "adam":
    case "amsgrad":
      return adamRule(rule);
    default:
      throw new Error(`The webgpu engine has no kernel for ${rule.name}.`);
  }
}

function adamRule(rule: Extract<FusedRule, { name: "adam" | "amsgrad" }>): Rule {
  const { firstMoment, secondMoment, beta1, beta2, epsilon, corrections } = rule;
  const largest = rule.name === "amsgrad";
  const constants = {
    ...{ beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, epsilon },
    ...{ correction1: corrections[0], correction2: corrections[1] },
  };
  const body = `
    let first = rule.beta1 * firstMoment[index] + rule.rest1 * g;
    var second = rule.beta2 * secondMoment[index] + rule.rest2 * g * g;
    firstMoment[index] = first;
    secondMoment[index] = second;
    ${largest ? "second = max(second, largestMoment[index]); largestMoment[index] = second;" : ""}
    let step = first / rule.correction1 / (sqrt(second / rule.correction2) + rule.epsilon);`;
  const state = { firstMoment, secondMoment, ...(largest && { largestMoment: rule.largestMoment }) };
  return { state, constants, body };
}

export const fusedRules = ["sgd", "momentum", "nesterov", "adagrad", "adadelta", "adam", "amsgrad"] as const;

/** One optimizer step as one shader, parameters and state changed in place. */
export function applyUpdate(
  gpu: Dispatcher,
  parameters: Variable,
  gradient: Tensor1D,
  { l2, decay = 0, learningRate, rule }: FusedUpdate,
): void {
  const { state, constants, body } = ruleOf(rule);
  const decays = typeof decay === "number" ? [] : [decay];
  const numbers = { learningRate, l2, decay: typeof decay === "number" ? decay : 0, ...constants };
  const fields = Object.keys(numbers).map((name) => `${name}: f32`);
  const reads = ["gradient", ...(decays.length > 0 ? ["decays"] : [])];
  const code = () => `
struct Rule { ${fields.join(", ")} }
${elementwise(
  gradient.size,
  bindings(reads, ["theta", ...Object.keys(state)], "rule: Rule"),
  `
    let g = gradient[index] + rule.l2 * theta[index];
    ${body}
    let kept = 1.0 - ${decays.length > 0 ? "decays[index] - rule.decay" : "rule.decay"};
    theta[index] = (theta[index] - rule.learningRate * step) * kept;`,
)}`;
  const writes: TensorInfo[] = [parameters, ...Object.values(state)].map(writable);
  const shader = {
    name: `update ${rule.name}`,
    key: `${gradient.size}${decays.length > 0 ? " decays" : ""}`,
    code,
    workgroups: [workgroupsFor(gradient.size)] as const,
  };
  gpu.run(shader, [gradient, ...decays], writes, Object.values(numbers).map(hostNumber));
}

function writable(variable: Variable): Tensor1D {
  if (!(variable instanceof InPlaceVariable)) throw new Error("The variable belongs to another engine.");
  return variable.writableValue();
}

function hostNumber(rate: Rate): number {
  if (typeof rate !== "number") throw new Error("The webgpu engine takes plain numbers.");
  return rate;
}
