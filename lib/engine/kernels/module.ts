/** What `assembly/index.ts` exports. Arguments are byte offsets into tfjs' memory, then sizes and constants. */
const kernelNames = [
  "addBias",
  "addBiasGradient",
  "batchNorm",
  "batchNormGradient",
  "batchNormInference",
  "convolution",
  "filterGradient",
  "maxPool",
  "maxPoolGradient",
  "maximumOverPixels",
  "packFilter",
  "packTurnedFilter",
  "rectified",
  "rectifiedGradient",
  "scatterPixels",
  "softmaxCrossEntropyGradient",
  "turnFilter",
  "winogradConvolution",
  "winogradFilterGradient",
] as const;

type Kernel = (...values: number[]) => void;
export type Kernels = Record<(typeof kernelNames)[number], Kernel>;

/** Instantiates compiled kernels on the memory that they are to work in. */
export async function instantiateKernels(
  code: Uint8Array<ArrayBuffer>,
  memory: WebAssembly.Memory,
): Promise<Kernels> {
  const imports = { env: { memory }, softmax: { exp: Math.exp } };
  if (!WebAssembly.validate(code))
    throw new Error("kernels.wasm is damaged: remove lib/.builds, then run npm run build");
  const { instance } = await WebAssembly.instantiate(code, imports);
  for (const name of kernelNames) {
    if (!(name in instance.exports)) throw new Error(`kernel ${name} is missing, run npm run build`);
  }
  return instance.exports as Kernels;
}
