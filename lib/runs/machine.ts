import { cpus } from "node:os";

/** The processor in words, e.g. "linux x64, AMD EPYC 9554P": what a measured time is good for. */
export function describeProcessor(): string {
  const model = (cpus()[0]?.model ?? "unknown processor").replace(/\s+/g, " ").trim();
  return `${process.platform} ${process.arch}, ${model}`;
}
