import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { Ops } from "../ops.js";
import { type Dispatcher, elementwise, workgroupsFor } from "./dispatch.js";

/** One image an invocation. */
export const softmaxCrossEntropyGradient =
  (gpu: Dispatcher): Ops["softmaxCrossEntropyGradient"] =>
  (logits, labels) => {
    const gradient = gpu.output<Tensor2D>(logits.shape);
    const [images, classes] = logits.shape;
    const shader = {
      name: "softmaxCrossEntropyGradient",
      code: () => code,
      workgroups: workgroupsFor(images),
    };
    gpu.run(shader, [logits, labels], [gradient], { sizes: [images, classes] });
    return gradient;
  };

const code = elementwise(
  { reads: ["logits", "labels: array<i32>"], writes: ["gradient"], sizes: ["classes"] },
  `
    let start = index * constants.classes;
    let end = start + constants.classes;
    var largest = logits[start];
    for (var at = start; at < end; at++) { largest = max(largest, logits[at]); }
    var sum = 0.0;
    for (var at = start; at < end; at++) { sum += exp(logits[at] - largest); }
    let own = start + u32(labels[index]);
    for (var at = start; at < end; at++) {
      let wanted = select(0.0, 1.0, at == own);
      gradient[at] = (exp(logits[at] - largest) / sum - wanted) / f32(constants.count);
    }`,
);
