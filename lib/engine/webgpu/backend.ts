import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { BackendValues, TensorInfo } from "@tensorflow/tfjs-core";
import { UserError } from "../../errors.js";

type Program = Parameters<WebGPUBackend["runWebGPUProgram"]>[0];
type RunArguments = Parameters<WebGPUBackend["runWebGPUProgram"]>;

/** Smaller buffers are allocated without asking at once whether they were to be had. */
const watchedBytes = 2 ** 24;

/** How long a failed read waits for its reason, ms. */
const patience = 200;

/** tfjs' WebGPU backend that notices what goes wrong on the device and lets nobody read results after that. */
export class WatchedBackend extends WebGPUBackend {
  #failure: UserError | undefined;
  #latest: () => string = () => "the first operation";

  constructor(device: GPUDevice, info: GPUAdapterInfo) {
    super(device, info);
    device.addEventListener("uncapturederror", (event) => {
      event.preventDefault();
      this.#fail(`in or before ${this.#latest()}: ${firstLine(event.error.message)}`, event.error);
    });
    void device.lost.then(({ reason, message }) => {
      if (reason !== "destroyed")
        this.#fail(`in or before ${this.#latest()}: device lost: ${firstLine(message)}`);
    });
  }

  /** Throws what went wrong on the device, if anything did: everything computed since then is void. */
  throwIfFailed(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Notes what runs next, for messages. */
  note(operation: () => string): void {
    this.#latest = operation;
  }

  override runWebGPUProgram(...[program, inputs, ...rest]: RunArguments): TensorInfo {
    this.note(() => describe(nameOf(program), inputs));
    return super.runWebGPUProgram(program, inputs, ...rest);
  }

  override uploadToGPU(dataId: object): void {
    const { resource, shape } = this.tensorMap.get(dataId);
    if (resource != null) return;
    const bytes = 4 * shape.reduce((product, side) => product * side, 1);
    const { maxBufferSize, maxStorageBufferBindingSize } = this.device.limits;
    const most = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    const needed = () => `${this.#latest()} needs a tensor [${shape}] of ${inUnits(bytes)}`;
    if (bytes > most)
      throw new UserError(`Engine webgpu: ${needed()}; the largest here is ${inUnits(most)}. ${remedy}`);
    if (bytes < watchedBytes) {
      super.uploadToGPU(dataId);
      return;
    }
    const what = needed();
    this.device.pushErrorScope("out-of-memory");
    super.uploadToGPU(dataId);
    void this.device.popErrorScope().then((error) => {
      if (error)
        this.#fail(`out of memory: ${what}, with ${inUnits(this.memory().numBytesInGPU)} in use`, error);
    });
  }

  override async read(dataId: object): Promise<BackendValues> {
    try {
      const values = await super.read(dataId);
      this.throwIfFailed();
      return values;
    } catch (error) {
      // A read that a lost device interrupts fails before the loss is told.
      await Promise.race([this.device.lost, new Promise((resolve) => setTimeout(resolve, patience))]);
      this.throwIfFailed();
      throw error;
    }
  }

  #fail(what: string, cause?: unknown): void {
    this.#failure ??= new UserError(`Engine webgpu failed ${what}. ${remedy}`, { cause });
  }
}

const remedy = "Use a smaller batch or network, or another engine.";

const nameOf = (program: Program) => program.constructor.name.replace(/Program$/, "");

/** An operation with its inputs' shapes. */
export const describe = (name: string, inputs: readonly TensorInfo[]): string =>
  `${name} on ${inputs.map(({ shape }) => `[${shape}]`).join(", ")}`;

function inUnits(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1024 ? `${mebibytes.toFixed(1)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}

const firstLine = (message: string) => message.split("\n")[0]!.replace(/\.\s*$/, "");
