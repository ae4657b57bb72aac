import type { DataType, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { describe, type WatchedBackend } from "./backend.js";

/** A compute shader, its sizes written into its code: compiled once per `key`. */
export interface Shader {
  name: string;
  /** Whatever the code depends on besides the name. */
  key: string;
  /** WGSL with entry point `main`; bindings in the order of reads, writes, then a uniform with the constants. */
  code: () => string;
  workgroups: readonly [x: number, y?: number, z?: number];
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
   * @param constants numbers that change from call to call, for the uniform; as many as its struct has fields
   */
  run(
    shader: Shader,
    reads: readonly TensorInfo[],
    writes: readonly TensorInfo[],
    constants: number[] = [],
  ): void {
    const { backend } = this;
    const internals = this.#internals;
    backend.note(() => describe(shader.name, reads));
    const tensors = [...reads, ...writes];
    const buffers = tensors.map((tensor) => this.#buffer(tensor));
    // What was read back before is no longer so.
    for (const { dataId } of writes) backend.tensorMap.get(dataId).values = null!;
    if (constants.length > 0) buffers.push(this.#uniform(constants));
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

  #uniform(constants: number[]): GPUBuffer {
    const { bufferManager, queue } = this.backend;
    const size = 16 * Math.ceil(constants.length / 4);
    const buffer = bufferManager.acquireBuffer(size, GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM);
    queue.writeBuffer(buffer, 0, Float32Array.from(constants));
    this.#internals.uniformPendingDisposal.push(buffer);
    return buffer;
  }

  #pipeline({ name, key, code }: Shader): GPUComputePipeline {
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

/** Declarations of the bindings that `Dispatcher.run` makes: float32 arrays unless a type is given as "name: type". */
export function bindings(reads: readonly string[], writes: readonly string[], uniform?: string): string {
  const typed = (name: string) => (name.includes(":") ? name : `${name}: array<f32>`);
  const storage = [
    ...reads.map((name) => `var<storage, read> ${typed(name)};`),
    ...writes.map((name) => `var<storage, read_write> ${typed(name)};`),
    ...(uniform ? [`var<uniform> ${uniform};`] : []),
  ];
  return storage.map((declaration, index) => `@group(0) @binding(${index}) ${declaration}`).join("\n");
}

/** Invocations of a workgroup in shaders that give each invocation one element after another. */
export const groupSize = 256;

/** Workgroups for `count` elements; each invocation steps on by the whole grid, so that few are enough. */
export const workgroupsFor = (count: number): number => Math.min(Math.ceil(count / groupSize), 16384);

/** A shader that computes every element by itself: `body` sees `index`, of type u32. */
export function elementwise(count: number, declarations: string, body: string): string {
  return `
${declarations}
@compute @workgroup_size(${groupSize})
fn main(@builtin(global_invocation_id) place: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var index = place.x; index < ${count}u; index += groups.x * ${groupSize}u) {
${body}
  }
}`;
}
