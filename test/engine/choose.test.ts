import { beforeEach, describe, expect, test, vi } from "vitest";
import { chooseEngine } from "../../lib/engine/choose.js";
import { nativeStatus } from "../../lib/engine/native/status.js";
import { type WebgpuStatus, webgpuStatus } from "../../lib/engine/webgpu/dawn.js";

vi.mock("../../lib/engine/native/status.js", () => ({ nativeStatus: vi.fn() }));
vi.mock("../../lib/engine/webgpu/dawn.js", () => ({ webgpuStatus: vi.fn() }));

const gpu: WebgpuStatus = { installed: true, adapter: { name: "GPU", software: false } };
const software: WebgpuStatus = { installed: true, adapter: { name: "SwiftShader", software: true } };
const none: WebgpuStatus = { installed: false, problem: "Dawn is not installed" };

describe("the engine that a process takes", () => {
  beforeEach(() => {
    vi.unstubAllEnvs();
    vi.stubEnv("FILTER_SPARSITY_ENGINE", "");
  });

  const found = (tensorflow: boolean, webgpu: WebgpuStatus) => {
    vi.mocked(nativeStatus).mockResolvedValue({ loads: tensorflow, hasBinding: tensorflow, gpu: false });
    vi.mocked(webgpuStatus).mockResolvedValue(webgpu);
  };

  test.each([
    ["tensorflow", true, gpu],
    ["webgpu", false, gpu],
    ["wasm", false, software],
    ["wasm", false, none],
  ] as const)("is %s where TensorFlow is there: %s, and WebGPU: %o", async (name, tensorflow, webgpu) => {
    found(tensorflow, webgpu);
    expect(await chooseEngine()).toBe(name);
  });

  test("is the one asked for, whatever is there", async () => {
    found(true, none);
    expect(await chooseEngine("webgpu")).toBe("webgpu");
    vi.stubEnv("FILTER_SPARSITY_ENGINE", "webgpu");
    expect(await chooseEngine()).toBe("webgpu");
    vi.stubEnv("FILTER_SPARSITY_ENGINE", "cuda");
    await expect(chooseEngine()).rejects.toThrow(
      /Unknown engine "cuda"\. Engines: tensorflow, webgpu, wasm\./,
    );
  });
});
