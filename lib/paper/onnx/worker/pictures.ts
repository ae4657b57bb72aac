import type { Picture } from "../../../datasets/decode.js";
import { messageOf, UserError } from "../../../errors.js";
import type { PictureSource } from "../../../onnx/images.js";

/** Image files that the browser decodes. */
export const pictureSources = (files: readonly File[]): PictureSource[] =>
  files.map((file) => ({ name: file.name, read: () => decode(file) }));

async function decode(file: File): Promise<Picture> {
  const bitmap = await createImageBitmap(file, { premultiplyAlpha: "none" }).catch((cause: unknown) => {
    throw new UserError(
      `${file.name} is no image that this browser shows: ${messageOf(cause)}. Leave it out.`,
      { cause },
    );
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data: rgba } = context.getImageData(0, 0, width, height);
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) data.set(rgba.subarray(4 * at, 4 * at + 3), 3 * at);
  return { data, width, height };
}
