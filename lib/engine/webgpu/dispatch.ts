import type { DataType, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { describe, type WatchedBackend } from "./backend.js";

/** A compute shader. Compiled once per name and key, so sizes belong into its uniform. */
export interface Shader {
  name: string;
  /** Whatever the code depends on besides the name. Default nothing. */
  key?: string;
  /** WGSL with entry point `main`; bindings as `bindings` declares them. */
  code: () => string;
  workgroups: readonly [x: number, y?: number, z?: number];
}

/** Values of a shader's uniform: first its fields of type u32, then those of type f32. */
export interface Constants {
  sizes?: readonly number[];
  numbers?: readonly number[];
}

/** What tfjs' backend does not declare and work beside its own needs. */
interface Internals {
  commandEncoder: GPUCommandEncoder;
  computePassEncoder: GPUComputePassEncoder | null;
  commandQueueOwnedIds: WeakSet<object>;
  dispatchCountInPass: number;
  uniformPendingDisposal: GPUBuffer[];
  copyBuffer(source: GPUBuffer): GPUBuffer;
}

/** Runs shaders of our own on tensors of tfjs' WebGPU backend, in one queue with its own. */
export class Dispatcher {
  readonly #pipelines = new Map<string, GPUComputePipeline>();
  readonly #internals: Internals;
  readonly #dispatchesPerSubmit = tf.env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE");

  constructor(readonly backend: WatchedBackend) {
    this.#internals = backend as unknown as Internals;
  }

  /** A new tensor, its values undefined. Belongs to the caller's `tf.tidy`. */
  output<T extends Tensor>(shape: number[], dtype: DataType = "float32"): T {
    return tf.engine().makeTensorFromTensorInfo(this.backend.makeTensorInfo(shape, dtype)) as T;
  }

  /** A new tensor with the same values. Belongs to the caller's `tf.tidy`. */
  copy<T extends Tensor>(tensor: T): T {
    const copy = this.output<T>(tensor.shape, tensor.dtype);
    this.backend.tensorMap.get(copy.dataId).resource = this.#internals.copyBuffer(this.#buffer(tensor));
    return copy;
  }

  /**
   * Queues one shader.
   *
   * @param writes outputs, or tensors that change in place: then nothing else may share their data
   */
  run(
    shader: Shader,
    reads: readonly TensorInfo[],
    writes: readonly TensorInfo[],
    constants: Constants = {},
  ): void {
    const { backend } = this;
    const internals = this.#internals;
    backend.note(() => describe(shader.name, reads));
    const tensors = [...reads, ...writes];
    const buffers = tensors.map((tensor) => this.#buffer(tensor));
    // What was read back before is no longer so.
    for (const { dataId } of writes) backend.tensorMap.get(dataId).values = null!;
    buffers.push(this.#uniform(constants));
    const pipeline = this.#pipeline(shader);
    const group = backend.device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    for (const { dataId } of tensors) internals.commandQueueOwnedIds.add(dataId);
    backend.ensureCommandEncoderReady();
    internals.computePassEncoder ??= internals.commandEncoder.beginComputePass();
    internals.computePassEncoder.setPipeline(pipeline);
    internals.computePassEncoder.setBindGroup(0, group);
    internals.computePassEncoder.dispatchWorkgroups(...shader.workgroups);
    internals.dispatchCountInPass++;
    if (internals.dispatchCountInPass < this.#dispatchesPerSubmit) return;
    backend.endComputePassEncoder();
    backend.submitQueue();
  }

  #buffer({ dataId }: TensorInfo): GPUBuffer {
    this.backend.uploadToGPU(dataId);
    return this.backend.tensorMap.get(dataId).resource as GPUBuffer;
  }

  #uniform({ sizes = [], numbers = [] }: Constants): GPUBuffer {
    const { bufferManager, queue } = this.backend;
    const size = 16 * Math.ceil((sizes.length + numbers.length) / 4);
    const values = new ArrayBuffer(size);
    new Uint32Array(values).set(sizes);
    new Float32Array(values).set(numbers, sizes.length);
    const buffer = bufferManager.acquireBuffer(size, GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM);
    queue.writeBuffer(buffer, 0, values);
    this.#internals.uniformPendingDisposal.push(buffer);
    return buffer;
  }

  #pipeline({ name, key = "", code }: Shader): GPUComputePipeline {
    const id = `${name} ${key}`;
    let pipeline = this.#pipelines.get(id);
    if (pipeline === undefined) {
      const { device } = this.backend;
      const module = device.createShaderModule({ code: code(), label: id });
      pipeline = device.createComputePipeline({
        compute: { module, entryPoint: "main" },
        label: id,
        layout: "auto",
      });
      this.#pipelines.set(id, pipeline);
    }
    return pipeline;
  }
}

export interface Bindings {
  /** Names of float32 arrays, or "name: type". */
  reads: readonly string[];
  writes: readonly string[];
  /** Names of the uniform's fields, of type u32. */
  sizes?: readonly string[];
  /** Of type f32. */
  numbers?: readonly string[];
}

/** Declares what `Dispatcher.run` binds: tensors read, tensors written, and the uniform `sizes` and `numbers`. */
export function bindings({ reads, writes, sizes = [], numbers = [] }: Bindings): string {
  const typed = (name: string) => (name.includes(":") ? name : `${name}: array<f32>`);
  const declarations = [
    ...reads.map((name) => `var<storage, read> ${typed(name)};`),
    ...writes.map((name) => `var<storage, read_write> ${typed(name)};`),
    "var<uniform> constants: Constants;",
  ];
  const fields = [...sizes.map((name) => `${name}: u32,`), ...numbers.map((name) => `${name}: f32,`)];
  return `
struct Constants { ${fields.join(" ")} }
${declarations.map((declaration, index) => `@group(0) @binding(${index}) ${declaration}`).join("\n")}`;
}

/** Invocations of a workgroup in shaders that give each invocation one element after another. */
const groupSize = 256;
const mostGroups = 16384;

/** Workgroups for `count` elements; each invocation steps on by the whole grid, so that few are enough. */
export const workgroupsFor = (count: number): [number] => [
  Math.min(Math.ceil(count / groupSize), mostGroups),
];

/**
 * A shader that computes every element by itself: `body` sees `index`, of type u32. The number of elements is the
 * first of its sizes.
 */
export function elementwise({ sizes = [], ...others }: Bindings, body: string): string {
  return `
${bindings({ ...others, sizes: ["count", ...sizes] })}
@compute @workgroup_size(${groupSize})
fn main(@builtin(global_invocation_id) place: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var index = place.x; index < constants.count; index += groups.x * ${groupSize}u) {
${body}
  }
}`;
}
