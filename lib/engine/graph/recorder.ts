import type { Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import type {
  Attribute,
  TensorflowBackend,
  TensorflowBinding,
  TensorMetadata,
} from "../tensorflow-backend.js";

/** A node of a TensorFlow graph. */
export interface GraphNode {
  name: string;
  op: string;
  /** "node:output" of another node, or "^node" for one that only has to come first. */
  inputs: string[];
  attributes: Attribute[];
  /** Of a constant. */
  value?: ConstantValue;
}

export interface ConstantValue {
  shape: number[];
  dtype: number;
  data: Float32Array | Int32Array | Uint8Array;
}

/** What has been done to a variable so far in a function: keeps reads and writes of it in order. */
interface History {
  write?: string;
  reads: string[];
}

/**
 * Writes down every operation that tfjs' TensorFlow backend executes as a node of a graph. The operations do run,
 * once, on placeholder data: that is where shapes and types come from.
 */
export class GraphRecorder {
  readonly nodes: GraphNode[] = [];
  /** Tensor id of the binding -> "node:output". */
  private readonly sources = new Map<number, string>();
  private readonly shapes = new Map<number, TensorMetadata>();
  private readonly variables = new Set<string>();
  private histories = new Map<string, History>();
  private writes: string[] = [];
  private recording = true;

  constructor(private readonly backend: TensorflowBackend) {}

  /** Runs `work` with every operation of the backend recorded. */
  record<T>(work: () => T): T {
    const { backend } = this;
    const { binding, getInputTensorIds } = backend;
    const executeOp = this.executeOp.bind(this, binding);
    backend.binding = Object.create(binding, { executeOp: { value: executeOp } });
    backend.getInputTensorIds = (tensors) => {
      const ids = getInputTensorIds.call(backend, tensors);
      for (const [index, id] of ids.entries()) {
        const { shape, dtype } = tensors[index]!;
        this.shapes.set(id, { id, shape, dtype: dtype === "int32" ? binding.TF_INT32 : binding.TF_FLOAT });
      }
      return ids;
    };
    try {
      return work();
    } finally {
      backend.binding = binding;
      backend.getInputTensorIds = getInputTensorIds;
    }
  }

  /** Runs `work` without recording anything but variables' handles: their initial values come later. */
  setUp<T>(work: () => T): T {
    this.recording = false;
    try {
      return work();
    } finally {
      this.recording = true;
    }
  }

  /** Starts a function: what came before has no order with what follows. */
  beginFunction(): void {
    this.histories = new Map();
    this.writes = [];
  }

  /**
   * Declares that a tensor's data will be fed. Returns the name to feed it under.
   *
   * @param shape what may be fed, -1 where a side may be any. Default: the tensor's own shape.
   */
  placeholder(name: string, tensor: TensorInfo, shape: readonly number[] = tensor.shape): string {
    const [id] = this.backend.getInputTensorIds([tensor]);
    const { dtype } = this.shapes.get(id!)!;
    const { binding } = this.backend;
    this.nodes.push({
      name,
      op: "Placeholder",
      inputs: [],
      attributes: [
        { name: "dtype", type: binding.TF_ATTR_TYPE, value: dtype },
        { name: "shape", type: binding.TF_ATTR_SHAPE, value: shape },
      ],
    });
    this.sources.set(id!, `${name}:0`);
    return `${name}:0`;
  }

  /** Names an output that is there only after all of the function's writes. Returns the name to fetch it under. */
  output(name: string, tensor: Tensor): string {
    const [id] = this.backend.getInputTensorIds([tensor]);
    const { binding } = this.backend;
    this.nodes.push({
      name,
      op: "Identity",
      inputs: [this.sourceOf(id!), ...this.writes.map((write) => `^${write}`)],
      attributes: [{ name: "T", type: binding.TF_ATTR_TYPE, value: this.shapes.get(id!)!.dtype }],
    });
    return `${name}:0`;
  }

  private executeOp(
    binding: TensorflowBinding,
    op: string,
    attributes: Attribute[],
    ids: number[],
    outputs: number,
  ): TensorMetadata[] {
    const results = binding.executeOp(op, attributes, ids, outputs);
    if (!this.recording && op !== "VarHandleOp") return results;
    const inputs = ids.map((id) => this.sourceOf(id));
    const name = `n${this.nodes.length}`;
    this.nodes.push({ name, op, inputs: [...inputs, ...this.order(name, op, inputs)], attributes });
    if (op === "VarHandleOp") this.variables.add(`${name}:0`);
    for (const [index, { id }] of results.entries()) this.sources.set(id, `${name}:${index}`);
    return results;
  }

  /** Where a tensor comes from; one that no recorded operation made is a constant. */
  private sourceOf(id: number): string {
    const known = this.sources.get(id);
    if (known !== undefined) return known;
    const { shape, dtype } = this.shapes.get(id)!;
    const { binding } = this.backend;
    const name = `n${this.nodes.length}`;
    this.nodes.push({
      name,
      op: "Const",
      inputs: [],
      attributes: [{ name: "dtype", type: binding.TF_ATTR_TYPE, value: dtype }],
      value: { shape, dtype, data: binding.tensorDataSync(id) },
    });
    this.sources.set(id, `${name}:0`);
    return `${name}:0`;
  }

  /** Control inputs: a read comes after the last write, a write after the last write and all reads since. */
  private order(name: string, op: string, inputs: string[]): string[] {
    const handles = inputs.filter((input) => this.variables.has(input));
    const before = new Set<string>();
    for (const handle of handles) {
      const history = this.histories.get(handle) ?? { reads: [] };
      if (history.write) before.add(history.write);
      if (op === "ReadVariableOp") {
        this.histories.set(handle, { ...history, reads: [...history.reads, name] });
      } else {
        for (const read of history.reads) before.add(read);
        this.histories.set(handle, { write: name, reads: [] });
      }
    }
    if (handles.length > 0 && op !== "ReadVariableOp") this.writes.push(name);
    return [...before].map((node) => `^${node}`);
  }
}
