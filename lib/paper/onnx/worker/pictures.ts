import type { Picture } from "../../../datasets/decode.js";
import { messageOf, UserError } from "../../../errors.js";
import type { PictureSource } from "../../../onnx/images.js";
import { pixelsOf } from "../../bitmap.js";

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
  return pixelsOf(bitmap);
}
