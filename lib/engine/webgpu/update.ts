import { Tensor, type Tensor1D } from "@tensorflow/tfjs-core";
import { InPlaceVariable } from "../in-place-variable.js";
import type { FusedRule, FusedUpdate, Ops } from "../ops.js";
import { type Dispatcher, elementwise, workgroupsFor } from "./dispatch.js";

/** m <- decay * m + (1 - decay) * value, named as `result`. */
const average = (result: string, state: string, decay: string, value: string) => `
    let ${result} = constants.${decay} * ${state}[index] + constants.${decay}Rest * ${value};
    ${state}[index] = ${result};`;

const adam = (secondMoment: string) => `
    ${average("first", "firstMoment", "beta1", "g")}
    ${average("second", "secondMoment", "beta2", "g * g")}
    ${secondMoment}
    let root = sqrt(largest / constants.corrections1) + constants.epsilon;
    let step = first / constants.corrections0 / root;`;

const momentum = (step: string) => `
    let next = constants.momentum * velocity[index] + g;
    velocity[index] = next;
    let step = ${step};`;

/**
 * The rules of lib/optimizers, which says where each comes from, for one parameter: from its gradient `g`, penalty
 * included, to its `step`, which the learning rate multiplies. A rule's vectors and numbers go by their names in
 * `FusedRule`, one minus a number by `<name>Rest`, numbers of a list by `<name>0` and `<name>1`.
 */
const rules: Record<FusedRule["name"], string> = {
  sgd: "let step = g;",
  momentum: momentum("next"),
  nesterov: momentum("g + constants.momentum * next"),
  adagrad: `
    let sum = sumOfSquares[index] + g * g;
    sumOfSquares[index] = sum;
    let step = g / (sqrt(sum) + constants.epsilon);`,
  rmsprop: `
    ${average("square", "meanSquare", "decay", "g * g")}
    let step = g / (sqrt(square) + constants.epsilon);`,
  adadelta: `
    ${average("square", "meanSquare", "rho", "g * g")}
    let step = g * sqrt((meanSquareStep[index] + constants.epsilon) / (square + constants.epsilon));
    ${average("squareStep", "meanSquareStep", "rho", "step * step")}`,
  lion: `
    let step = sign(constants.beta1 * firstMoment[index] + constants.beta1Rest * g);
    ${average("first", "firstMoment", "beta2", "g")}`,
  adam: adam("let largest = second;"),
  amsgrad: adam(`
    let largest = max(largestMoment[index], second);
    largestMoment[index] = largest;`),
  adamax: `
    ${average("first", "firstMoment", "beta1", "g")}
    let largest = max(constants.beta2 * largestGradient[index], abs(g) + constants.epsilon);
    largestGradient[index] = largest;
    let step = first / constants.correction / largest;`,
  nadam: `
    ${average("first", "firstMoment", "beta1", "g")}
    ${average("second", "secondMoment", "beta2", "g * g")}
    let root = sqrt(second / constants.correction) + constants.epsilon;
    let step = (constants.shares0 * g + constants.shares1 * first) / root;`,
};

/** Updates by one shader, parameters and state changed in place. */
export const updateOps = (gpu: Dispatcher): Pick<Ops, "fusedRules" | "fusedUpdate"> => ({
  fusedRules: Object.keys(rules) as FusedRule["name"][],
  fusedUpdate(parameters, gradient, { l2, decay = 0, learningRate, rule }: FusedUpdate) {
    const perParameter = decay instanceof Tensor ? [decay] : [];
    const { state, numbers } = partsOf({
      learningRate,
      l2,
      shrinkage: perParameter.length > 0 ? 0 : decay,
      ...rule,
    });
    const shader = {
      name: `update ${rule.name}`,
      key: perParameter.length > 0 ? "with decays" : "",
      code: () =>
        elementwise(
          {
            reads: ["gradient", ...perParameter.map(() => "decays")],
            writes: ["theta", ...Object.keys(state)],
            numbers: Object.keys(numbers),
          },
          `
    let g = gradient[index] + constants.l2 * theta[index];
    ${rules[rule.name]}
    let kept = 1.0 - constants.shrinkage${perParameter.length > 0 ? " - decays[index]" : ""};
    theta[index] = (theta[index] - constants.learningRate * step) * kept;`,
        ),
      workgroups: workgroupsFor(gradient.size),
    };
    const writes = [writable(parameters), ...Object.values(state).map(writable)];
    const constants = { sizes: [gradient.size], numbers: Object.values(numbers) };
    gpu.run(shader, [gradient, ...perParameter], writes, constants);
  },
});

/** A rule's vectors and numbers by the names that shaders use. */
function partsOf({ name: _, ...fields }: Record<string, unknown>) {
  const state: Record<string, unknown> = {};
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "number") Object.assign(numbers, { [name]: value, [`${name}Rest`]: 1 - value });
    else if (Array.isArray(value)) {
      for (const [index, rate] of value.entries()) numbers[`${name}${index}`] = hostNumber(rate);
    } else state[name] = value;
  }
  return { state, numbers };
}

function writable(variable: unknown): Tensor1D {
  if (!(variable instanceof InPlaceVariable)) throw new Error("The variable belongs to another engine.");
  return variable.writableValue();
}

function hostNumber(rate: unknown): number {
  if (typeof rate !== "number") throw new Error("The webgpu engine takes plain numbers.");
  return rate;
}
