import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test, vi } from "vitest";
import type { WatchedBackend } from "../../lib/engine/webgpu/backend.js";
import { describeAdapter } from "../../lib/engine/webgpu/device.js";

/** What a browser or Dawn gives, as far as the backend looks at it, and what happens to it. */
async function fakeDevice() {
  const listeners: ((event: Event) => void)[] = [];
  let lose: (info: { reason: string; message: string }) => void = () => {};
  let scope: Error | null = null;
  const device = {
    features: new Set<string>(),
    limits: { maxBufferSize: 2 ** 40, maxStorageBufferBindingSize: 2 ** 40 },
    queue: {},
    addEventListener: (_: string, listener: (event: Event) => void) => listeners.push(listener),
    lost: new Promise((resolve) => {
      lose = resolve;
    }),
    createBuffer: ({ size, usage }: { size: number; usage: number }) => ({ size, usage }),
    pushErrorScope() {},
    popErrorScope: async () => scope,
  };
  Object.defineProperty(globalThis, "GPUBufferUsage", { value: {}, configurable: true });
  Object.defineProperty(globalThis, "navigator", { value: { gpu: {} }, configurable: true });
  const { WatchedBackend: Backend } = await import("../../lib/engine/webgpu/backend.js");
  const info = { vendor: "acme", architecture: "anvil" };
  const backend: WatchedBackend = new Backend(device as unknown as GPUDevice, info as GPUAdapterInfo);
  return {
    backend,
    lose: (reason: string) => lose({ reason, message: "The cable came off.\nBacktrace" }),
    report: (message: string) => {
      for (const listener of listeners) {
        listener(Object.assign(new Event("uncapturederror"), { error: { message } }));
      }
    },
    refuseMemory: () => {
      scope = new Error("no memory");
    },
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("what goes wrong on a device becomes one error that names the operation", () => {
  test("a lost device", async () => {
    const { backend, lose } = await fakeDevice();
    backend.note(() => "Conv2D on [40,32,32,3], [3,3,3,64]");
    expect(() => backend.throwIfFailed()).not.toThrow();
    lose("unknown");
    await settled();
    expect(() => backend.throwIfFailed()).toThrow(
      /^Engine webgpu failed in or before Conv2D on \[40,32,32,3\], \[3,3,3,64\]: device lost: The cable came off\. Use a smaller batch/,
    );
  });

  test("but not one that was destroyed on purpose", async () => {
    const { backend, lose } = await fakeDevice();
    lose("destroyed");
    await settled();
    expect(() => backend.throwIfFailed()).not.toThrow();
  });

  test("a read that the loss interrupts", async () => {
    const { backend, lose } = await fakeDevice();
    vi.spyOn(backend, "getBufferData").mockRejectedValue(new Error("mapAsync failed"));
    const data = backend.write(null as unknown as Float32Array, [2], "float32");
    const reading = backend.read(data);
    setTimeout(() => lose("unknown"));
    await expect(reading).rejects.toThrow(/device lost: The cable came off/);
  });

  test("memory that is not to be had", async () => {
    const { backend, refuseMemory } = await fakeDevice();
    refuseMemory();
    backend.note(() => "MatMul on [4096,1], [1,4096]");
    backend.uploadToGPU(backend.write(null as unknown as Float32Array, [4096, 4096], "float32"));
    await settled();
    expect(() => backend.throwIfFailed()).toThrow(
      /out of memory: MatMul on \[4096,1\], \[1,4096\] needs a tensor \[4096,4096\] of 64\.0 MiB, with 64\.0 MiB in use\. Use/,
    );
  });

  test("the first of several, and any other error", async () => {
    const { backend, report } = await fakeDevice();
    report("Shader is wrong.\n - While compiling");
    report("Everything after it is wrong");
    expect(() => backend.throwIfFailed()).toThrow(
      /failed in or before the first operation: Shader is wrong\. Use/,
    );
    expect(tf.getBackend()).not.toBe("webgpu");
  });
});

test.each([
  [
    { vendor: "nvidia", architecture: "hopper", device: "", description: "NVIDIA H100" },
    "NVIDIA H100",
    false,
  ],
  [
    {
      ...{ vendor: "nvidia", architecture: "", device: "nvidia-h200" },
      description: "NVIDIA: 580.159.04 580.159.4.0",
    },
    "nvidia-h200 (NVIDIA: 580.159.04 580.159.4.0)",
    false,
  ],
  [{ vendor: "apple", architecture: "metal-3", device: "", description: "" }, "apple metal-3", false],
  [{ vendor: "mesa", architecture: "", device: "llvmpipe", description: "" }, "mesa llvmpipe", true],
  [{ vendor: "", architecture: "", device: "", description: "" }, "unnamed adapter", false],
])("an adapter of %o is %s, in software: %s", (info, name, software) => {
  expect(describeAdapter({ ...info, isFallbackAdapter: false } as GPUAdapterInfo)).toEqual({
    name,
    software,
  });
  expect(describeAdapter({ ...info, isFallbackAdapter: true } as GPUAdapterInfo).software).toBe(true);
});
