import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { UserError } from "../errors.js";
import { externalFile, type OnnxModel, parseModel } from "./model.js";
import type { GraphProto } from "./proto.js";

/** Protobuf allows no more. */
const mostBytes = 2 ** 31 - 1;

/** Reads a model of an ONNX file. Throws `UserError` where it is none or cannot be inspected. */
export function readModel(path: string): OnnxModel {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile())
    throw new UserError(`${path} ${found ? "is no file" : "does not exist"}. Expected an ONNX model.`);
  if (found.size > mostBytes)
    throw new UserError(
      `${path} has ${(found.size / 1e9).toFixed(1)} GB: an ONNX file has at most 2. Export the model with its weights in a file beside it.`,
    );
  return parseModel(readFileSync(path), path, (graph) => readExternal(graph, path));
}

/** Puts values that lie in files beside the model into it. */
function readExternal(graph: GraphProto, path: string): void {
  let total = 0;
  for (const tensor of graph.initializers) {
    const file = externalFile(tensor);
    if (file === undefined) continue;
    const entry = (key: string) => tensor.external.find((one) => one.key === key)?.value;
    const folder = dirname(path);
    const whole = join(folder, file);
    if (isAbsolute(file) || relative(folder, whole).startsWith(".."))
      throw new UserError(`${path} has weights outside its folder: ${file}. Expected a file beside it.`);
    const size = statSync(whole, { throwIfNoEntry: false })?.size;
    if (size === undefined)
      throw new UserError(`${path} has its weights in ${file}, which is not there. Put that file beside it.`);
    const offset = Number(entry("offset") ?? 0);
    const length = Number(entry("length") ?? size - offset);
    if (offset + length > size)
      throw new UserError(`${whole} is shorter than ${path} says: it is cut short. Export the model again.`);
    total += length;
    if (total > mostBytes)
      throw new UserError(`The weights of ${path} have more than 2 GB, which is more than is read here.`);
    tensor.raw = readPart(whole, offset, length);
    tensor.external = [];
    tensor.location = 0;
  }
}

function readPart(path: string, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const file = openSync(path, "r");
  try {
    readSync(file, bytes, 0, length, offset);
  } finally {
    closeSync(file);
  }
  return bytes;
}
