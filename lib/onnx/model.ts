import { messageOf, UserError } from "../errors.js";
import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, ValueProto } from "./proto.js";
import { decodeModel, encodeModel } from "./proto.js";
import { dataTypeName, dataTypes, floatsOf, integersOf, type Values } from "./tensor.js";

export interface ModelInput {
  name: string;
  /** Whether channels come before pixels. */
  channelsFirst: boolean;
  channels: number;
  /** null: the model leaves it open. */
  batch: number | null;
  height: number | null;
  width: number | null;
}

/**
 * A model as a graph: nodes in the order in which they are computed, constants by name. Constant nodes are constants like
 * others, and another name of a constant is that constant.
 */
export class OnnxModel {
  readonly input: ModelInput;
  readonly outputs: readonly string[];
  readonly opset: number;
  private readonly constants = new Map<string, TensorProto>();

  /** Throws `UserError` for what cannot be inspected: no float32 images as its input, control flow, quantization. */
  constructor(readonly proto: ModelProto) {
    const { graph } = this;
    for (const tensor of graph.initializers) this.constants.set(tensor.name, tensor);
    graph.nodes = graph.nodes.filter((node) => !this.hoist(node));
    // Before IR version 4 constants were inputs too, with a shape that a cut changes.
    graph.inputs = graph.inputs.filter(({ name }) => !this.constants.has(name));
    proto.irVersion = Math.max(4, proto.irVersion);
    this.opset = proto.opsets.find(({ domain }) => domain === "" || domain === "ai.onnx")?.version ?? 0;
    this.outputs = graph.outputs.map(({ name }) => name);
    checkTypes(graph);
    this.input = readInput(graph.inputs);
  }

  get graph(): GraphProto {
    return this.proto.graph!;
  }

  /** What the model's file says of itself, e.g. its images' mean: each value as JSON where it is JSON, else as text. */
  get metadata(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.proto.metadata.map(({ key, value }) => [key, parsed(value)]));
  }

  get nodes(): readonly NodeProto[] {
    return this.graph.nodes;
  }

  /** The tensor of a constant; undefined for what is computed. */
  constant(name: string | undefined): TensorProto | undefined {
    return name === undefined ? undefined : this.constants.get(name);
  }

  /** A float32 constant; undefined for what is computed or of another type. */
  floats(name: string | undefined): Values | undefined {
    const tensor = this.constant(name);
    return tensor?.dataType === dataTypes.float32 ? floatsOf(tensor) : undefined;
  }

  integers(name: string | undefined): number[] | undefined {
    const tensor = this.constant(name);
    return tensor && integersOf(tensor);
  }

  /** Takes a node that only names a constant out of the nodes. */
  private hoist({ op, inputs, outputs, attributes }: NodeProto): boolean {
    const [output] = outputs;
    const known =
      op === "Constant"
        ? attributes.find(({ name }) => name === "value")?.tensor
        : op === "Identity" && this.constant(inputs[0]);
    if (!known || !output || this.graph.outputs.some(({ name }) => name === output)) return false;
    const named = { ...known, name: output };
    this.constants.set(output, named);
    this.graph.initializers.push(named);
    return true;
  }
}

/**
 * The model in a file's bytes. `readExternal` puts values that lie in other files into it. Throws `UserError`, beginning with
 * the file's name, where it is none or cannot be inspected.
 */
export function parseModel(
  bytes: Uint8Array,
  name: string,
  readExternal: (graph: GraphProto) => void = refuseExternal(name),
): OnnxModel {
  const proto = decoded(bytes);
  if (!proto)
    throw new UserError(
      `${name} is no ONNX model, or is cut short. Expected a file that e.g. torch.onnx.export writes.`,
    );
  readExternal(proto.graph!);
  try {
    return new OnnxModel(proto);
  } catch (error) {
    throw error instanceof UserError
      ? new UserError(`${name}: ${messageOf(error)}`, { cause: error })
      : error;
  }
}

export const modelBytes = ({ proto }: OnnxModel): Uint8Array => encodeModel(proto);

function decoded(bytes: Uint8Array): ModelProto | undefined {
  try {
    const model = decodeModel(bytes);
    return model.graph && model.graph.nodes.length > 0 && model.opsets.length > 0 ? model : undefined;
  } catch (error) {
    if (error instanceof RangeError || /type/i.test(messageOf(error))) return undefined;
    throw error;
  }
}

/** Where a tensor's values lie, if not in the model's own file. */
export const externalFile = ({ location, external }: TensorProto): string | undefined =>
  location === 1 ? (external.find(({ key }) => key === "location")?.value ?? "") : undefined;

const refuseExternal = (name: string) => (graph: GraphProto) => {
  const file = graph.initializers.map(externalFile).find((one) => one !== undefined);
  if (file !== undefined)
    throw new UserError(
      `${name} has its weights in another file, ${file}. Expected one file: onnx.save writes it so.`,
    );
};

const quantized =
  /^(QLinear\w*|DequantizeLinear|QuantizeLinear|DynamicQuantizeLinear|ConvInteger|MatMulInteger)$/;

function checkTypes({ nodes, initializers }: GraphProto): void {
  const integer = nodes.find(({ op }) => quantized.test(op));
  if (integer)
    throw new UserError(
      `the model is quantized (${integer.op}). Expected float32: take the model before that.`,
    );
  const nested = nodes.find(({ attributes }) => attributes.some(({ graph }) => graph));
  if (nested)
    throw new UserError(
      `${nested.op} "${nested.name}" has control flow. Expected a graph without branches and loops.`,
    );
  const types: readonly number[] = [dataTypes.float16, dataTypes.bfloat16, dataTypes.float64];
  const other = initializers.find(({ dims, dataType }) => dims.length > 1 && types.includes(dataType));
  if (other)
    throw new UserError(
      `the weights "${other.name}" are ${dataTypeName(other.dataType)}. Expected float32: export the model so.`,
    );
}

function readInput(inputs: readonly ValueProto[]): ModelInput {
  const expected =
    "Expected one input of float32 images, [N, 3, H, W] or [N, 1, H, W], or with channels last";
  const [input] = inputs;
  if (!input || inputs.length > 1) throw new UserError(`the model has ${inputs.length} inputs. ${expected}.`);
  const type = input.type?.tensor;
  const dims = (type?.shape?.dims ?? []).map(({ value }) => (value && value > 0 ? value : null));
  const shown = `[${dims.map((length) => length ?? "?").join(", ")}]`;
  if (type?.elementType !== dataTypes.float32)
    throw new UserError(`its input "${input.name}" is ${dataTypeName(type?.elementType ?? 0)}. ${expected}.`);
  const isColor = (length: number | null | undefined) => length === 1 || length === 3;
  const [batch, second, third, fourth] = dims;
  if (dims.length !== 4 || !(isColor(second) || isColor(fourth)))
    throw new UserError(`its input "${input.name}" has the shape ${shown}. ${expected}.`);
  return isColor(second)
    ? {
        name: input.name,
        channelsFirst: true,
        channels: second!,
        batch: batch!,
        height: third!,
        width: fourth!,
      }
    : {
        name: input.name,
        channelsFirst: false,
        channels: fourth!,
        batch: batch!,
        height: second!,
        width: third!,
      };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A node's attribute by name. */
export const attribute = (node: NodeProto, name: string): AttributeProto | undefined =>
  node.attributes.find((one) => one.name === name);

export const intAttribute = (node: NodeProto, name: string, otherwise: number): number =>
  attribute(node, name)?.int ?? otherwise;

/** An axis counted from the front. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
