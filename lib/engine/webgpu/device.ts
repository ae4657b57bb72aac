import { UserError } from "../../errors.js";

/** What runs the work, as far as its driver says. */
export interface AdapterDescription {
  /** The GPU, and its driver where both are told. */
  name: string;
  /** Whether it is a driver that computes on the CPU: right for tests, far too slow to train. */
  software: boolean;
}

export interface OpenedDevice {
  device: GPUDevice;
  info: GPUAdapterInfo;
  adapter: AdapterDescription;
}

/** Limits that tfjs' kernels and ours profit from: as much as the adapter has. */
const raisedLimits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
] as const;

const softwareDrivers = /swiftshader|llvmpipe|lavapipe|softpipe|\bwarp\b|basic render/i;

export function describeAdapter(info: GPUAdapterInfo): AdapterDescription {
  const { vendor, architecture, device, description, isFallbackAdapter } = info;
  const parts = [vendor, architecture, device].filter((part) => part !== "");
  // Dawn's description is the driver's name; some browsers' is the GPU's, with no device beside it.
  const named = device && description ? `${device} (${description})` : description;
  const name = named || parts.join(" ") || "unnamed adapter";
  const software = isFallbackAdapter || softwareDrivers.test([...parts, description].join(" "));
  return { name, software };
}

/** The fastest adapter's device, with the adapter's own limits. Throws `UserError` where there is none. */
export async function openDevice(gpu: GPU): Promise<OpenedDevice> {
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) throw new UserError("Engine webgpu found no adapter: no GPU, or none with a driver.");
  const requiredLimits = Object.fromEntries(raisedLimits.map((name) => [name, adapter.limits[name]]));
  const device = await adapter.requestDevice({ requiredLimits });
  return { device, info: adapter.info, adapter: describeAdapter(adapter.info) };
}
