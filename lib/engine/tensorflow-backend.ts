import type { Tensor, TensorInfo } from "@tensorflow/tfjs-core";

/** An operation's attribute as tfjs-node's binding takes it. */
export type Attribute = { name: string; type: number; value: unknown };

/** A tensor of the binding: its id there, its shape, and TensorFlow's number of its type. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** The part of tfjs-node's native binding that is used here. */
export interface TensorflowBinding {
  TF_ATTR_TYPE: number;
  TF_ATTR_INT: number;
  TF_ATTR_FLOAT: number;
  TF_ATTR_BOOL: number;
  TF_ATTR_STRING: number;
  TF_ATTR_SHAPE: number;
  TF_FLOAT: number;
  TF_INT32: number;
  executeOp(op: string, attributes: Attribute[], inputs: number[], outputs: number): TensorMetadata[];
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(session: number): void;
  runSavedModel(session: number, inputs: number[], inputNames: string, outputNames: string): TensorMetadata[];
}

/** The part of tfjs-node's backend that runs any TensorFlow operation by name. */
export interface TensorflowBackend {
  binding: TensorflowBinding;
  executeSingleOutput(name: string, attributes: Attribute[], inputs: TensorInfo[]): Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: Attribute[],
    inputs: TensorInfo[],
    outputs: number,
  ): Tensor[];
  getInputTensorIds(tensors: TensorInfo[]): number[];
  createOutputTensor(metadata: TensorMetadata): Tensor;
}
