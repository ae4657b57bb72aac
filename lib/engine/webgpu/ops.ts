import { composedOps } from "../composed.js";
import { InPlaceVariable } from "../in-place-variable.js";
import type { Ops } from "../ops.js";
import { batchNormOps } from "./batch-norm.js";
import { convolutionGradients } from "./convolution.js";
import type { Dispatcher } from "./dispatch.js";
import { softmaxCrossEntropyGradient } from "./loss.js";
import { maxPoolGradient } from "./pooling.js";
import { updateOps } from "./update.js";

/** tfjs' own kernels, and shaders of ours where it has none or composes many. */
export function webgpuOps(gpu: Dispatcher): Ops {
  const storage = {
    sharers: ({ dataId }: { dataId: object }) => gpu.backend.refCount(dataId),
    copy: gpu.copy.bind(gpu),
  };
  return {
    ...composedOps,
    ...convolutionGradients(gpu),
    ...batchNormOps(gpu),
    ...updateOps(gpu),
    maxPoolGradient: maxPoolGradient(gpu),
    softmaxCrossEntropyGradient: softmaxCrossEntropyGradient(gpu),
    variable: (initial) => new InPlaceVariable(storage, initial),
  };
}
