import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { Ops } from "../ops.js";
import { bindings, type Dispatcher, elementwise, workgroupsFor } from "./dispatch.js";

/** One image an invocation. */
export const softmaxCrossEntropyGradient =
  (gpu: Dispatcher): Ops["softmaxCrossEntropyGradient"] =>
  (logits, labels) => {
    const gradient = gpu.output<Tensor2D>(logits.shape);
    const [images, classes] = logits.shape;
    const code = () =>
      elementwise(
        images,
        bindings(["logits", "labels: array<i32>"], ["gradient"]),
        `
    let start = index * ${classes}u;
    let end = start + ${classes}u;
    var largest = logits[start];
    for (var at = start; at < end; at++) { largest = max(largest, logits[at]); }
    var sum = 0.0;
    for (var at = start; at < end; at++) { sum += exp(logits[at] - largest); }
    let own = start + u32(labels[index]);
    for (var at = start; at < end; at++) {
      let wanted = select(0.0, 1.0, at == own);
      gradient[at] = (exp(logits[at] - largest) / sum - wanted) / ${images}.0;
    }`,
      );
    const workgroups = [workgroupsFor(images)] as const;
    gpu.run(
      { name: "softmaxCrossEntropyGradient", key: `${logits.shape}`, code, workgroups },
      [logits, labels],
      [gradient],
    );
    return gradient;
  };
