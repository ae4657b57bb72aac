import { requireFromHere } from "../native/package.js";
import type { Attribute, TensorflowBinding } from "../tensorflow-backend.js";
import type { ConstantValue, GraphNode } from "./recorder.js";

/** A protobuf message of google-protobuf's JavaScript, as far as it is used here. */
type Message = Record<string, (...values: unknown[]) => Message> & {
  serializeBinary(): Uint8Array;
  getAttrMap(): Map<string, Message>;
  getInputsMap(): Map<string, Message>;
  getOutputsMap(): Map<string, Message>;
  getSignatureDefMap(): Map<string, Message>;
};
type MessageClass = new () => Message;
interface Messages {
  SavedModel: MessageClass;
  MetaGraphDef: MessageClass & { MetaInfoDef: MessageClass };
  GraphDef: MessageClass;
  NodeDef: MessageClass;
  VersionDef: MessageClass;
  AttrValue: MessageClass & { ListValue: MessageClass };
  SignatureDef: MessageClass;
  Tensor: MessageClass;
  TensorInfo: MessageClass;
  TensorShape: MessageClass & { Dim: MessageClass };
}

/** A tensor by which a function is called from outside. */
export interface SignatureTensor {
  /** "node:output" */
  name: string;
  /** -1 where a side may be any. */
  shape: number[];
}

/** A function that TensorFlow's tools find in a SavedModel, as "serving_default"; all tensors are float32. */
export interface SavedSignature {
  inputs: Record<string, SignatureTensor>;
  outputs: Record<string, SignatureTensor>;
}

/** Under which the graph's functions are found. */
export const tag = "serve";

/** A graph version of TensorFlow 2.9 (the oldest supported here), whose defaults the operations have. */
const producer = 1087;

export interface EncodeOptions {
  binding: TensorflowBinding;
  packageName: string;
  /** Default: none, which is enough for tfjs-node's binding. */
  signature?: SavedSignature;
}

/**
 * A TensorFlow SavedModel (`saved_model.pb`) with nothing but a graph and maybe a signature: what tfjs-node's binding
 * can load. Uses the message classes that tfjs-node itself reads such files with.
 */
export function encodeSavedModel(
  nodes: GraphNode[],
  { binding, packageName, signature }: EncodeOptions,
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
  if (signature) {
    const definition = make(messages.SignatureDef, { MethodName: "tensorflow/serving/predict" });
    const put = (into: Map<string, Message>, tensors: Record<string, SignatureTensor>) => {
      for (const [name, { name: Name, shape }] of Object.entries(tensors))
        into.set(
          name,
          make(messages.TensorInfo, { Name, Dtype: binding.TF_FLOAT, TensorShape: shapeOf(shape) }),
        );
    };
    put(definition.getInputsMap(), signature.inputs);
    put(definition.getOutputsMap(), signature.outputs);
    metaGraph.getSignatureDefMap().set("serving_default", definition);
  }
  return make(messages.SavedModel, {
    SavedModelSchemaVersion: 1,
    MetaGraphsList: [metaGraph],
  }).serializeBinary();
}
