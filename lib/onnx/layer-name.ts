import type { NodeProto } from "./proto.js";

/**
 * A layer as the model's author calls it: by its weights where they kept their name ("layer1.0.conv1.weight"), else by
 * its node's path, in which exporters repeat a module's name before its children's ("/layer1/layer1.0/conv1/Conv").
 */
export function layerName({ name, op, inputs, outputs }: NodeProto): string {
  const [, weights] = /^(?!onnx::)(.+)[./](?:weight|kernel)$/.exec(inputs[1] ?? "") ?? [];
  if (weights) return weights;
  const parts = name.split("/").filter((part) => part && !part.startsWith(op));
  const own = parts.filter((part, at) => !parts[at + 1]?.startsWith(`${part}.`));
  return own.join(".") || outputs[0]!;
}
