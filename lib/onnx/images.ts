import type { Picture } from "../datasets/decode.js";
import { centerAverage } from "../datasets/resize.js";
import { UserError } from "../errors.js";
import { openRandom } from "../random.js";
import type { ModelInput, OnnxModel } from "./model.js";

export interface ImageOptions {
  /** What images are normalized with, (value / 255 - mean) / std: one number, or one a channel. */
  mean: readonly number[];
  std: readonly number[];
  /** Side of the images, pixels, where the model leaves it open. */
  size?: number | undefined;
  /** At most so many, drawn from the folder. Default: all. */
  count?: number | undefined;
}

/** As torchvision's models take them. */
export const usualNormalization = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

/** What a model's images are normalized with: what its metadata say, as those of this project's exports do, or the usual. */
export function normalizationOf(model: OnnxModel): Pick<ImageOptions, "mean" | "std"> {
  const numbers = (key: "mean" | "std") => {
    const value = model.metadata[key];
    const fits = Array.isArray(value) && value.length > 0 && value.every(Number.isFinite);
    return fits ? (value as number[]) : undefined;
  };
  const [mean, std] = [numbers("mean"), numbers("std")];
  return mean && std ? { mean, std } : usualNormalization;
}

/** A picture with its name in messages, read when it is asked for. */
export interface PictureSource {
  name: string;
  read(): Promise<Picture>;
}

/** Pictures as a model takes them. */
export class ModelImages {
  private constructor(
    private readonly sources: readonly PictureSource[],
    private readonly input: ModelInput,
    private readonly options: ImageOptions,
    /** Shape of a batch of one. */
    readonly dims: readonly [number, number, number, number],
  ) {}

  /** Throws `UserError` for a size that the model does not say or does not take, or a mean of too few channels. */
  static of(all: readonly PictureSource[], input: ModelInput, options: ImageOptions): ModelImages {
    const { size, count = all.length } = options;
    const [height, width] = [input.height ?? size, input.width ?? size];
    if (height === undefined || width === undefined)
      throw new UserError(
        "The model leaves the size of its images open. Say it with --size, e.g. --size 224.",
      );
    if (size !== undefined && (size !== height || size !== width))
      throw new UserError(
        `--size is ${size}, but the model takes images of ${height}x${width}. Leave it out.`,
      );
    const random = openRandom(1, "images");
    const keys = all.map(() => random.uniform());
    const order = all.map((_, index) => index).sort((a, b) => keys[a]! - keys[b]!);
    const chosen = order.slice(0, count).map((index) => all[index]!);
    const { channels, channelsFirst } = input;
    for (const [name, values] of [
      ["mean", options.mean],
      ["std", options.std],
    ] as const)
      if (values.length !== 1 && values.length < channels)
        throw new UserError(
          `--${name} has ${values.length} numbers, the model's images have ${channels} channels.`,
        );
    const dims = channelsFirst ? [1, channels, height, width] : [1, height, width, channels];
    return new ModelImages(chosen, input, options, dims as [number, number, number, number]);
  }

  get count(): number {
    return this.sources.length;
  }

  /**
   * Two parts: what is decided on, and every fourth image, which takes no part in any decision. Of fewer than four
   * images the second is empty.
   */
  split(): [chosen: number[], heldOut: number[]] {
    const all = this.sources.map((_, index) => index);
    return [all.filter((index) => index % 4 !== 3), all.filter((index) => index % 4 === 3)];
  }

  /** One image after the other, normalized, in the model's layout. Throws `UserError` where one does not fit. */
  async batch(indices: readonly number[]): Promise<Float32Array> {
    const size = this.dims.reduce((product, length) => product * length, 1);
    const values = new Float32Array(indices.length * size);
    const put = async (index: number, place: number) => {
      const { name, read } = this.sources[index]!;
      this.put(this.fitted(await read(), name), values.subarray(place * size, (place + 1) * size));
    };
    await Promise.all(indices.map(put));
    return values;
  }

  /** Pixels [height, width, 3] of the model's size: the middle of a larger image, averaged down. */
  private fitted(picture: Picture, path: string): Uint8Array {
    const [height, width] = this.input.channelsFirst ? this.dims.slice(2) : this.dims.slice(1);
    if (picture.width === width && picture.height === height) return picture.data;
    const expected = `the model takes ${width}x${height}`;
    const found = `${path} has ${picture.width}x${picture.height} pixels`;
    if (width !== height)
      throw new UserError(
        `${found}, ${expected}. Images that are not square are not resized here: give them so.`,
      );
    if (Math.min(picture.width, picture.height) < width!)
      throw new UserError(`${found}, ${expected}. Images are not enlarged here: give larger ones.`);
    return centerAverage(picture.data, { ...picture, size: width!, channels: 3 });
  }

  private put(pixels: Uint8Array, to: Float32Array): void {
    const { channels, channelsFirst } = this.input;
    const { mean, std } = this.options;
    const area = pixels.length / 3;
    for (let channel = 0; channel < channels; channel++) {
      const [shift, scale] = [mean[channel] ?? mean[0]!, std[channel] ?? std[0]!];
      for (let at = 0; at < area; at++) {
        const value = channels === 1 ? luma(pixels, 3 * at) : pixels[3 * at + channel]!;
        to[channelsFirst ? channel * area + at : channels * at + channel] = (value / 255 - shift) / scale;
      }
    }
  }
}

/** Gray of a color (ITU-R BT.601). */
const luma = (pixels: Uint8Array, at: number): number =>
  0.299 * pixels[at]! + 0.587 * pixels[at + 1]! + 0.114 * pixels[at + 2]!;
