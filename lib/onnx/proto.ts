import { PbfReader, PbfWriter } from "pbf";

/**
 * The messages of ONNX that a model is made of (onnx.proto3, IR version 13), as far as they are read or changed here. What
 * is not listed is kept as bytes and written back as it was.
 */
export interface ModelProto extends Message {
  irVersion: number;
  opsets: (Message & { domain: string; version: number })[];
  producer: string;
  graph?: GraphProto;
  metadata: (Message & { key: string; value: string })[];
  functions: Message[];
}

export interface GraphProto extends Message {
  nodes: NodeProto[];
  name: string;
  initializers: TensorProto[];
  inputs: ValueProto[];
  outputs: ValueProto[];
  values: ValueProto[];
}

export interface NodeProto extends Message {
  inputs: string[];
  outputs: string[];
  name: string;
  op: string;
  domain: string;
  attributes: AttributeProto[];
}

export interface AttributeProto extends Message {
  name: string;
  /** Number of `AttributeProto.AttributeType`. */
  type: number;
  float: number;
  int: number;
  string?: Uint8Array;
  tensor?: TensorProto;
  graph?: Message;
  floats: number[];
  ints: number[];
}

export interface TensorProto extends Message {
  dims: number[];
  /** Number of `TensorProto.DataType`: 1 float, 7 int64. */
  dataType: number;
  floats: number[];
  int32s: number[];
  int64s: number[];
  doubles: number[];
  name: string;
  raw?: Uint8Array;
  external: (Message & { key: string; value: string })[];
  /** 1: its values are in another file. */
  location: number;
}

export interface ValueProto extends Message {
  name: string;
  type?: Message & { tensor?: Message & { elementType: number; shape?: ShapeProto } };
}

export interface ShapeProto extends Message {
  dims: (Message & { value?: number; parameter?: Uint8Array })[];
}

interface Message {
  /** Fields that are not listed: tag, wire type, bytes as they stood. */
  unknown?: [tag: number, type: number, bytes: Uint8Array][];
}

const scalars = {
  int: { empty: 0, read: (pbf: PbfReader) => pbf.readVarint(true) },
  float: { empty: 0, read: (pbf: PbfReader) => pbf.readFloat() },
  string: { empty: "", read: (pbf: PbfReader) => pbf.readString() },
  bytes: { empty: undefined, read: (pbf: PbfReader) => pbf.readBytes() },
};
const lists = {
  ints: (pbf: PbfReader, values: number[]) => pbf.readPackedVarint(values, true),
  floats: (pbf: PbfReader, values: number[]) => pbf.readPackedFloat(values),
  doubles: (pbf: PbfReader, values: number[]) => pbf.readPackedDouble(values),
};

type Scalar = keyof typeof scalars;
type List = keyof typeof lists;
/** A field's name, and its kind: a scalar, a list of numbers, a message; `[kind]` is repeated, `kind?` may be absent. */
type Field = readonly [name: string, kind: string];
type Fields = Readonly<Record<number, Field>>;

const messages = {
  Model: {
    1: ["irVersion", "int"],
    2: ["producer", "string"],
    7: ["graph", "Graph"],
    8: ["opsets", "[Opset]"],
    14: ["metadata", "[Entry]"],
    25: ["functions", "[Opaque]"],
  },
  Opset: { 1: ["domain", "string"], 2: ["version", "int"] },
  Opaque: {},
  Graph: {
    1: ["nodes", "[Node]"],
    2: ["name", "string"],
    5: ["initializers", "[Tensor]"],
    11: ["inputs", "[Value]"],
    12: ["outputs", "[Value]"],
    13: ["values", "[Value]"],
  },
  Node: {
    1: ["inputs", "[string]"],
    2: ["outputs", "[string]"],
    3: ["name", "string"],
    4: ["op", "string"],
    5: ["attributes", "[Attribute]"],
    7: ["domain", "string"],
  },
  Attribute: {
    1: ["name", "string"],
    2: ["float", "float"],
    3: ["int", "int"],
    4: ["string", "bytes"],
    5: ["tensor", "Tensor"],
    6: ["graph", "Opaque"],
    7: ["floats", "floats"],
    8: ["ints", "ints"],
    20: ["type", "int"],
  },
  Tensor: {
    1: ["dims", "ints"],
    2: ["dataType", "int"],
    4: ["floats", "floats"],
    5: ["int32s", "ints"],
    7: ["int64s", "ints"],
    8: ["name", "string"],
    9: ["raw", "bytes"],
    10: ["doubles", "doubles"],
    13: ["external", "[Entry]"],
    14: ["location", "int"],
  },
  Entry: { 1: ["key", "string"], 2: ["value", "string"] },
  Value: { 1: ["name", "string"], 2: ["type", "Type"] },
  Type: { 1: ["tensor", "TensorType"] },
  TensorType: { 1: ["elementType", "int"], 2: ["shape", "Shape"] },
  Shape: { 1: ["dims", "[Dimension]"] },
  Dimension: { 1: ["value", "optional"], 2: ["parameter", "bytes"] },
} as const satisfies Record<string, Fields>;

type Name = keyof typeof messages;
type Values = Record<string, unknown> & Message;

/** Throws where the bytes are no protobuf message. */
export function decodeModel({ buffer, byteOffset, length }: Uint8Array): ModelProto {
  // Parts of a Node buffer are Node buffers, whose slices are no copies.
  const bytes = new Uint8Array(buffer, byteOffset, length);
  return decode("Model", new PbfReader(bytes), length) as unknown as ModelProto;
}

function decode(name: Name, pbf: PbfReader, end: number): Values {
  const fields: Fields = messages[name];
  const result: Values = {};
  for (const [field, kind] of Object.values(fields)) {
    if (kind.startsWith("[") || kind in lists) result[field] = [];
    else if (kind in scalars) result[field] = scalars[kind as Scalar].empty;
  }
  if (end > pbf.length) throw new RangeError("a message is longer than the file");
  pbf.readFields((tag, values) => readField(fields[tag], values, { pbf, tag, end }), result, end);
  if (pbf.pos !== end) throw new RangeError("a message ends before its fields");
  return result;
}

function readField(
  field: Field | undefined,
  values: Values,
  { pbf, tag, end }: { pbf: PbfReader; tag: number; end: number },
): void {
  if (field === undefined) {
    const start = pbf.pos;
    pbf.skip(pbf.type);
    if (pbf.pos > end) throw new RangeError("a field is longer than its message");
    values.unknown ??= [];
    values.unknown.push([tag, pbf.type, pbf.buf.subarray(start, pbf.pos)]);
    return;
  }
  const [name, kind] = field;
  const inner = kind.replace(/[[\]]/g, "");
  if (inner in lists) {
    lists[inner as List](pbf, values[name] as number[]);
    return;
  }
  const value = readValue(inner, pbf);
  if (kind.startsWith("[")) (values[name] as unknown[]).push(value);
  else values[name] = value;
}

function readValue(kind: string, pbf: PbfReader): unknown {
  if (kind === "optional") return pbf.readVarint(true);
  if (kind in scalars) return scalars[kind as Scalar].read(pbf);
  const length = pbf.readVarint();
  return decode(kind as Name, pbf, pbf.pos + length);
}

/** The bytes of a model; what it holds is not copied before it is joined. */
export function encodeModel(model: ModelProto): Uint8Array {
  const parts = encode("Model", model as unknown as Values);
  const bytes = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const lengthOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);

const wire = { varint: 0, bytes: 2 } as const;

function encode(name: Name, values: Values): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (const [tag, [field, kind]] of Object.entries<Field>(messages[name])) {
    const value = values[field];
    const each = kind.startsWith("[") ? (value as unknown[]) : [value];
    for (const one of each) parts.push(...encodeField(Number(tag), kind.replace(/[[\]]/g, ""), one));
  }
  for (const [tag, type, bytes] of values.unknown ?? [])
    parts.push(
      written((pbf) => pbf.writeTag(tag, type)),
      bytes,
    );
  return parts;
}

/** Nothing for a value that is absent, or in a list of its own empty. */
function encodeField(tag: number, kind: string, value: unknown): Uint8Array[] {
  switch (kind) {
    case "int":
    case "optional":
      return value === undefined || (kind === "int" && value === 0)
        ? []
        : [written((pbf) => pbf.writeVarintField(tag, value as number))];
    case "float":
      return value === 0 ? [] : [written((pbf) => pbf.writeFloatField(tag, value as number))];
    case "ints":
      return [written((pbf) => pbf.writePackedVarint(tag, value as number[]))];
    case "floats":
      return [written((pbf) => pbf.writePackedFloat(tag, value as number[]))];
    case "doubles":
      return [written((pbf) => pbf.writePackedDouble(tag, value as number[]))];
    case "string":
      return framed(tag, [new TextEncoder().encode(value as string)]);
    case "bytes":
      return value === undefined ? [] : framed(tag, [value as Uint8Array]);
    default:
      return value === undefined ? [] : framed(tag, encode(kind as Name, value as Values));
  }
}

function framed(tag: number, parts: Uint8Array[]): Uint8Array[] {
  const head = written((pbf) => {
    pbf.writeTag(tag, wire.bytes);
    pbf.writeVarint(lengthOf(parts));
  });
  return [head, ...parts];
}

function written(write: (pbf: PbfWriter) => void): Uint8Array {
  const pbf = new PbfWriter();
  write(pbf);
  return pbf.finish();
}
