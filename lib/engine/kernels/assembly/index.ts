export { batchNorm, batchNormGradient, batchNormInference } from "./batch-norm";
export { addBias, addBiasGradient } from "./bias";
export { convolution, packFilter, packTurnedFilter, scatterPixels } from "./convolution";
export { filterGradient } from "./filter-gradient";
export { maxPool, maxPoolGradient } from "./max-pool";
export { maximumOverPixels } from "./maximum";
export { rectified, rectifiedGradient } from "./rectify";
export { softmaxCrossEntropyGradient } from "./softmax";
export { turnFilter, winogradConvolution, winogradFilterGradient } from "./winograd";
