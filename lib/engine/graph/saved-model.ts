import { requireFromHere } from "../native/package.js";
import type { Attribute, TensorflowBinding } from "../tensorflow-backend.js";
import type { ConstantValue, GraphNode } from "./recorder.js";

/** A protobuf message of google-protobuf's JavaScript, as far as it is used here. */
type Message = Record<string, (...values: unknown[]) => Message> & {
  serializeBinary(): Uint8Array;
  getAttrMap(): Map<string, Message>;
};
type MessageClass = new () => Message;
interface Messages {
  SavedModel: MessageClass;
  MetaGraphDef: MessageClass & { MetaInfoDef: MessageClass };
  GraphDef: MessageClass;
  NodeDef: MessageClass;
  VersionDef: MessageClass;
  AttrValue: MessageClass & { ListValue: MessageClass };
  Tensor: MessageClass;
  TensorShape: MessageClass & { Dim: MessageClass };
}

/** Under which the graph's functions are found. */
export const tag = "serve";

/** A graph version of TensorFlow 2.9 (the oldest supported here), whose defaults the operations have. */
const producer = 1087;

/**
 * A TensorFlow SavedModel (`saved_model.pb`) with nothing but a graph: what tfjs-node's binding can load. Uses the
 * message classes that tfjs-node itself reads such files with.
 */
export function encodeSavedModel(
  nodes: GraphNode[],
  { binding, packageName }: { binding: TensorflowBinding; packageName: string },
): Uint8Array {
  const messages: Messages = requireFromHere(`${packageName}/dist/proto/api_pb`);
  const make = (type: MessageClass, fields: Record<string, unknown>): Message => {
    const message = new type();
    for (const [field, value] of Object.entries(fields)) message[`set${field}`]!(value);
    return message;
  };
  const { AttrValue, TensorShape } = messages;
  const shapeOf = (shape: number[]) =>
    make(TensorShape, { DimList: shape.map((side) => make(TensorShape.Dim, { Size: side })) });
  const tensorOf = ({ shape, dtype, data }: ConstantValue) =>
    make(messages.Tensor, {
      Dtype: dtype,
      TensorShape: shapeOf(shape),
      TensorContent: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    });
  const bytesOf = (text: unknown) => new TextEncoder().encode(String(text));
  const attributeOf = ({ name, type, value }: Attribute): Message => {
    const list = Array.isArray(value);
    switch (type) {
      case binding.TF_ATTR_TYPE:
        return make(
          AttrValue,
          list ? { List: make(AttrValue.ListValue, { TypeList: value }) } : { Type: value },
        );
      case binding.TF_ATTR_INT:
        return make(AttrValue, list ? { List: make(AttrValue.ListValue, { IList: value }) } : { I: value });
      case binding.TF_ATTR_FLOAT:
        return make(AttrValue, { F: value });
      case binding.TF_ATTR_BOOL:
        return make(AttrValue, { B: value });
      case binding.TF_ATTR_STRING:
        return make(AttrValue, { S: bytesOf(value) });
      case binding.TF_ATTR_SHAPE:
        return make(AttrValue, { Shape: shapeOf(value as number[]) });
      default:
        throw new Error(`Attribute ${name} has a type that is not known here (${type}).`);
    }
  };
  const nodeOf = ({ name, op, inputs, attributes, value }: GraphNode): Message => {
    const node = make(messages.NodeDef, { Name: name, Op: op, InputList: inputs });
    for (const attribute of attributes) node.getAttrMap().set(attribute.name, attributeOf(attribute));
    if (value) node.getAttrMap().set("value", make(AttrValue, { Tensor: tensorOf(value) }));
    return node;
  };
  const graph = make(messages.GraphDef, {
    NodeList: nodes.map(nodeOf),
    Versions: make(messages.VersionDef, { Producer: producer }),
  });
  const metaGraph = make(messages.MetaGraphDef, {
    MetaInfoDef: make(messages.MetaGraphDef.MetaInfoDef, { TagsList: [tag] }),
    GraphDef: graph,
  });
  return make(messages.SavedModel, {
    SavedModelSchemaVersion: 1,
    MetaGraphsList: [metaGraph],
  }).serializeBinary();
}
