import type { AttributeProto, NodeProto } from "./proto.js";

/** A node with one output, called as it is. */
export const nodeOf = (
  op: string,
  name: string,
  inputs: string[],
  attributes: AttributeProto[] = [],
): NodeProto => ({ op, name, inputs, attributes, outputs: [name], domain: "" });

/** @param type number of `AttributeProto.AttributeType` */
const attributeOf = (name: string, type: number): AttributeProto => ({
  ...{ name, type, float: 0, int: 0, floats: [], ints: [] },
});

export const float = (name: string, value: number): AttributeProto => ({
  ...attributeOf(name, 1),
  float: value,
});
export const integer = (name: string, value: number): AttributeProto => ({
  ...attributeOf(name, 2),
  int: value,
});
export const integers = (name: string, values: number[]): AttributeProto => ({
  ...attributeOf(name, 7),
  ints: values,
});
export const text = (name: string, value: string): AttributeProto => ({
  ...attributeOf(name, 3),
  string: new TextEncoder().encode(value),
});
