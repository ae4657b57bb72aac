import { existsSync } from "node:fs";
import { vi } from "vitest";
import { webgpuStatus } from "../../lib/engine/webgpu/dawn.js";
import { optional } from "./optional.js";

/** What Debian's chromium package brings: a loader of Vulkan drivers, and SwiftShader, a driver in software. */
const chromium = "/usr/lib/chromium";
const driver = `${chromium}/vk_swiftshader_icd.json`;
const loader = `${chromium}/libvulkan.so.1`;

/** RTLD_NOW and RTLD_NODELETE of dlopen(3). */
const keepLoaded = 0x1002;

if (process.env.VK_DRIVER_FILES === undefined && existsSync(driver)) {
  process.env.VK_DRIVER_FILES = driver;
  if (existsSync(loader)) {
    // Child processes find the loader by this; this one, too late for that, by its being loaded already.
    process.env.LD_LIBRARY_PATH = [chromium, process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
    try {
      process.dlopen({ exports: {} }, loader, keepLoaded);
    } catch {
      // It is no module of Node's, which is only noticed once it is loaded.
    }
  }
}

// SwiftShader compiles a shader in a tenth of a second on an idle core, and a busy machine has few of those.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const { adapter, problem, remedy } = await webgpuStatus();

/** Whether the webgpu engine runs in software here, where an operation takes up to a second. */
export const webgpuInSoftware = adapter?.software ?? true;

/** A test that needs the webgpu engine, on SwiftShader unless a driver was asked for. */
export const withWebgpu = optional("engine webgpu", adapter !== undefined, `${problem}. ${remedy}`);
