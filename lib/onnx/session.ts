import { messageOf, UserError } from "../errors.js";
import { loadRuntime, type Runtime, type RuntimeSession, type RuntimeTensor } from "./runtime.js";

export interface SessionOptions {
  /** Default 1; 0: as many as the machine has cores. */
  threads?: number;
  /** False: nodes are computed as they stand, none merged with others. Default true. */
  optimize?: boolean;
}

/** A model opened for inference. */
export class OnnxSession {
  private constructor(
    private readonly runtime: Runtime,
    private readonly session: RuntimeSession,
  ) {}

  /** Throws `UserError` where ONNX Runtime is not there, or does not take the model (an unknown operator). */
  static async open(
    model: Uint8Array,
    { threads = 1, optimize = true }: SessionOptions = {},
  ): Promise<OnnxSession> {
    const runtime = await loadRuntime();
    const options = {
      ...{ intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 4 },
      graphOptimizationLevel: optimize ? "all" : "disabled",
    };
    try {
      return new OnnxSession(runtime, await runtime.InferenceSession.create(model, options));
    } catch (error) {
      throw new UserError(`ONNX Runtime does not open the model: ${messageOf(error)}`, { cause: error });
    }
  }

  /** @param images row by row, as the model's input `name` has them */
  async run(
    name: string,
    images: Float32Array,
    dims: readonly number[],
  ): Promise<Record<string, RuntimeTensor>> {
    try {
      return await this.session.run({ [name]: new this.runtime.Tensor("float32", images, dims) });
    } catch (error) {
      const reason = messageOf(error);
      throw new UserError(`The model does not run on images of ${dims.join("x")}: ${reason}`, {
        cause: error,
      });
    }
  }

  close(): Promise<void> {
    return this.session.release();
  }
}
