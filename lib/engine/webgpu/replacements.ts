import {
  getKernel,
  type KernelBackend,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from "@tensorflow/tfjs-core";

let replaced = false;

/** tfjs' `AddN` binds all its inputs to one shader; devices allow as few as 8 buffers. Adds a few at a time. */
export function replaceAddN(buffers: number): void {
  if (replaced) return;
  replaced = true;
  const original = getKernel("AddN", "webgpu");
  unregisterKernel("AddN", "webgpu");
  registerKernel({
    ...original,
    kernelFunc({ backend, inputs, attrs }) {
      const add = (some: TensorInfo[]) =>
        original.kernelFunc({ backend, inputs: some as unknown as typeof inputs, attrs }) as TensorInfo;
      const rest = [...(inputs as unknown as TensorInfo[])];
      let sum = add(rest.splice(0, buffers - 1));
      while (rest.length > 0) {
        const next = add([sum, ...rest.splice(0, buffers - 2)]);
        (backend as KernelBackend).disposeData(sum.dataId);
        sum = next;
      }
      return sum;
    },
  });
}
