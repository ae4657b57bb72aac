import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { AdamRule, FusedRule, Ops, Rate } from "./ops.js";
import type { Attribute, TensorflowBackend } from "./tensorflow-backend.js";
import type { Variable } from "./variable.js";

/**
 * TensorFlow's `ResourceApply*` operations, where they compute what PyTorch does. RMSProp (epsilon inside the root),
 * Adamax (epsilon outside the maximum) and `KerasMomentum` (learning rate inside the velocity) do not.
 */
export function tensorflowUpdate(
  backend: TensorflowBackend,
  handleOf: (variable: Variable) => Tensor,
): Pick<Ops, "fusedRules" | "fusedUpdate"> {
  const { binding } = backend;
  const bool = (name: string, value: boolean) => ({ name, type: binding.TF_ATTR_BOOL, value });
  const common = [
    { name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    bool("use_locking", false),
  ];
  const plain = [...common, bool("use_nesterov", false)];
  const lookAhead = [...common, bool("use_nesterov", true)];
  const growing = [...common, bool("update_slots", true)];

  const operation = (rule: FusedRule, rate: Rate, gradient: Tensor): Operation => {
    switch (rule.name) {
      case "sgd":
        return ["ResourceApplyGradientDescent", common, [rate, gradient]];
      case "momentum":
        return ["ResourceApplyMomentum", plain, [rule.velocity, rate, gradient, rule.momentum]];
      case "nesterov":
        return ["ResourceApplyMomentum", lookAhead, [rule.velocity, rate, gradient, rule.momentum]];
      case "adagrad":
        return ["ResourceApplyAdagradV2", growing, [rule.sumOfSquares, rate, rule.epsilon, gradient]];
      case "adadelta": {
        const { meanSquare, meanSquareStep, rho, epsilon } = rule;
        return ["ResourceApplyAdadelta", common, [meanSquare, meanSquareStep, rate, rho, epsilon, gradient]];
      }
      case "adam":
        return ["ResourceApplyAdam", plain, [...adamInputs(rule, rate), gradient]];
      case "amsgrad":
        return ["ResourceApplyAdamWithAmsgrad", common, [...adamInputs(rule, rate), gradient]];
      default:
        throw new Error(`TensorFlow has no operation for ${rule.name}.`);
    }
  };

  return {
    fusedRules: ["sgd", "momentum", "nesterov", "adam", "amsgrad", "adagrad", "adadelta"],
    fusedUpdate: (parameters, gradient, { l2, learningRate, rule, decay }) =>
      tf.tidy(() => {
        const total = l2 > 0 ? tf.add(gradient, tf.mul(parameters.read(), l2)) : gradient;
        const [name, attributes, inputs] = operation(rule, learningRate, total);
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
function adamInputs(rule: AdamRule, rate: Rate): Operation[2] {
  const { beta1, beta2, epsilon, firstMoment, secondMoment } = rule;
  const [first, second] = rule.corrections;
  const root = tf.sqrt(second);
  const moments = [firstMoment, secondMoment, ...(rule.name === "amsgrad" ? [rule.largestMoment] : [])];
  return [...moments, 0, 0, tf.div(tf.mul(rate, root), first), beta1, beta2, tf.mul(root, epsilon)];
}
