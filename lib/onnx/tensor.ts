import { UserError } from "../errors.js";
import type { TensorProto } from "./proto.js";

/** Numbers of ONNX's `TensorProto.DataType` that occur here, by name. */
export const dataTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  float16: 10,
  float64: 11,
  bfloat16: 16,
} as const;

/** Name of a data type, e.g. "float16"; its number where it has none here. */
export const dataTypeName = (type: number): string =>
  Object.entries(dataTypes).find(([, number]) => number === type)?.[0] ?? `number ${type}`;

/** A constant tensor of a model, row by row. */
export interface Values {
  dims: readonly number[];
  data: Float32Array;
}

export const sizeOf = (dims: readonly number[]): number =>
  dims.reduce((product, length) => product * length, 1);

/** Values of a float32 tensor. Throws `UserError` for another type, or for fewer values than its shape says. */
export function floatsOf(tensor: TensorProto): Values {
  if (tensor.dataType !== dataTypes.float32)
    throw new UserError(`"${tensor.name}" is ${dataTypeName(tensor.dataType)}. Expected float32.`);
  const data = tensor.raw ? viewed(tensor.raw) : Float32Array.from(tensor.floats);
  if (data.length !== sizeOf(tensor.dims))
    throw new UserError(
      `"${tensor.name}" has ${data.length} values, its shape is ${tensor.dims.join("x")}: the file is damaged. Export the model again.`,
    );
  return { dims: tensor.dims, data };
}

function viewed(raw: Uint8Array): Float32Array {
  const bytes = raw.byteOffset % 4 === 0 ? raw : raw.slice();
  return new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / 4));
}

/** Values of an int64 or int32 tensor as numbers; undefined of another type. */
export function integersOf({ dataType, raw, int64s, int32s }: TensorProto): number[] | undefined {
  if (dataType !== dataTypes.int64 && dataType !== dataTypes.int32) return undefined;
  const wide = dataType === dataTypes.int64;
  if (!raw) return wide ? int64s : int32s;
  const bytes = raw.slice().buffer;
  return wide ? Array.from(new BigInt64Array(bytes), Number) : [...new Int32Array(bytes)];
}

export function floatTensor(name: string, { dims, data }: Values): TensorProto {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { ...emptyTensor(name, dims), dataType: dataTypes.float32, raw };
}

export function integerTensor(name: string, values: readonly number[], dims = [values.length]): TensorProto {
  const raw = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return { ...emptyTensor(name, dims), dataType: dataTypes.int64, raw };
}

const emptyTensor = (name: string, dims: readonly number[]): TensorProto => ({
  ...{ name, dims: [...dims], dataType: 0, location: 0 },
  ...{ floats: [], int32s: [], int64s: [], doubles: [], external: [] },
});

/** Some indices of an axis. */
export function take({ dims, data }: Values, axis: number, indices: readonly number[]): Values {
  const inner = sizeOf(dims.slice(axis + 1));
  const outer = sizeOf(dims.slice(0, axis));
  const length = dims[axis]!;
  const result = new Float32Array(outer * indices.length * inner);
  let to = 0;
  for (let block = 0; block < outer; block++) {
    for (const index of indices) {
      const from = (block * length + index) * inner;
      result.set(data.subarray(from, from + inner), to);
      to += inner;
    }
  }
  return { dims: dims.map((own, at) => (at === axis ? indices.length : own)), data: result };
}

/** Of a grouped convolution's weights [outputs, inputs of a group, ...] the inputs that stay, group by group. */
export function takeInGroups(weights: Values, within: readonly number[], groups: number): Values {
  const outputs = weights.dims[0]! / groups;
  const each = within.length / groups;
  const parts = Array.from({ length: groups }, (_, group) => {
    const rows = Array.from({ length: outputs }, (_, output) => group * outputs + output);
    return take(take(weights, 0, rows), 1, within.slice(group * each, (group + 1) * each));
  });
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { dims: [weights.dims[0]!, each, ...weights.dims.slice(2)], data };
}

export function transposed({ dims: [rows, columns], data }: Values): Values {
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows!; row++)
    for (let column = 0; column < columns!; column++)
      result[column * rows! + row] = data[row * columns! + column]!;
  return { dims: [columns!, rows!], data: result };
}
