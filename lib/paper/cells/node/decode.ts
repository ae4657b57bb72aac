import { readFileSync } from "node:fs";
import type { Decoder, Picture } from "../../../datasets/decode.js";
import { UserError } from "../../../errors.js";

/** In the place of the library's decoder: the browser's. It says nothing of what is wrong with a file. */
export async function openDecoder(): Promise<Decoder> {
  return { strict: pixelsOf, lenient: async (path) => ({ picture: await pixelsOf(path) }) };
}

async function pixelsOf(path: string): Promise<Picture> {
  const bytes = Uint8Array.from(readFileSync(path));
  const bitmap = await createImageBitmap(new Blob([bytes]), { premultiplyAlpha: "none" }).catch((cause) => {
    throw new UserError(
      `Could not decode the image ${path}: this browser finds no picture in it. Replace it or remove it.`,
      { cause },
    );
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  const rgb = new Uint8Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let channel = 0; channel < 3; channel++) rgb[3 * pixel + channel] = data[4 * pixel + channel]!;
  return { data: rgb, width, height };
}
