import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "./ops.js";
import type { Rate } from "./rate.js";
import type { BoundRule } from "./rule.js";
import type { Attribute, TensorflowBackend } from "./tensorflow-backend.js";
import type { Variable } from "./variable.js";

/**
 * TensorFlow's `ResourceApply*` operations, where they compute what PyTorch does. RMSProp (epsilon inside the root),
 * Adamax (epsilon outside the maximum) and `KerasMomentum` (learning rate inside the velocity) do not.
 */
export function tensorflowUpdate(
  backend: TensorflowBackend,
  handleOf: (variable: Variable) => Tensor,
): Pick<Ops, "fuses" | "fusedUpdate"> {
  const { binding } = backend;
  const bool = (name: string, value: boolean) => ({ name, type: binding.TF_ATTR_BOOL, value });
  const common = [
    { name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    bool("use_locking", false),
  ];
  const plain = [...common, bool("use_nesterov", false)];
  const lookAhead = [...common, bool("use_nesterov", true)];
  const growing = [...common, bool("update_slots", true)];

  /** By rule: what goes between the parameters and the attributes' end, as the operation wants it. */
  const operations: Record<string, (rule: BoundRule, rate: Rate, gradient: Tensor) => Operation> = {
    sgd: (_, rate, gradient) => ["ResourceApplyGradientDescent", common, [rate, gradient]],
    momentum: ({ slots: { velocity }, constants: { momentum } }, rate, gradient) => [
      "ResourceApplyMomentum",
      plain,
      [velocity!, rate, gradient, momentum!],
    ],
    nesterov: ({ slots: { velocity }, constants: { momentum } }, rate, gradient) => [
      "ResourceApplyMomentum",
      lookAhead,
      [velocity!, rate, gradient, momentum!],
    ],
    adagrad: ({ slots: { sumOfSquares }, constants: { epsilon } }, rate, gradient) => [
      "ResourceApplyAdagradV2",
      growing,
      [sumOfSquares!, rate, epsilon!, gradient],
    ],
    adadelta: ({ slots: { meanSquare, meanSquareStep }, constants: { rho, epsilon } }, rate, gradient) => [
      "ResourceApplyAdadelta",
      common,
      [meanSquare!, meanSquareStep!, rate, rho!, epsilon!, gradient],
    ],
    adam: (rule, rate, gradient) => ["ResourceApplyAdam", plain, [...adamInputs(rule, rate), gradient]],
    amsgrad: (rule, rate, gradient) => [
      "ResourceApplyAdamWithAmsgrad",
      common,
      [...adamInputs(rule, rate), gradient],
    ],
  };

  return {
    fuses: ({ name }) => name in operations,
    fusedUpdate: (parameters, gradient, { l2, learningRate, rule, decay }) =>
      tf.tidy(() => {
        const total = l2 !== 0 ? tf.add(gradient, tf.mul(parameters.read(), l2)) : gradient;
        const [name, attributes, inputs] = operations[rule.name]!(rule, learningRate, total);
        const tensors = inputs.map((input) => {
          if (typeof input === "number") return tf.scalar(input);
          return input instanceof tf.Tensor ? input : handleOf(input);
        });
        backend.executeMultipleOutputs(name, attributes, [handleOf(parameters), ...tensors], 0);
        if (decay !== undefined) parameters.assign(tf.mul(parameters.read(), tf.sub(1, decay)));
      }),
  };
}

/** Name, attributes, and inputs after the parameters. */
type Operation = [name: string, attributes: Attribute[], inputs: (number | Tensor | Variable)[]];

/**
 * TensorFlow corrects the rate by the powers of beta and leaves epsilon uncorrected, and computes 1 - power in single
 * precision. Powers of 0 switch its correction off; the exact one goes into the rate and into epsilon, so that epsilon
 * is added to the corrected root as in Kingma and Ba's algorithm 1 (and in PyTorch).
 */
function adamInputs({ slots, constants, rates }: BoundRule, rate: Rate): Operation[2] {
  const { firstMoment, secondMoment, largestMoment } = slots;
  const { beta1, beta2, epsilon } = constants;
  const root = tf.sqrt(rates.secondCorrection!);
  const moments = [firstMoment!, secondMoment!, ...(largestMoment ? [largestMoment] : [])];
  const corrected = tf.div(tf.mul(rate, root), rates.firstCorrection!);
  return [...moments, 0, 0, corrected, beta1!, beta2!, tf.mul(root, epsilon!)];
}
