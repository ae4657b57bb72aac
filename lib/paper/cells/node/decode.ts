import { readFileSync } from "node:fs";
import type { Decoder, Picture } from "../../../datasets/decode.js";
import { UserError } from "../../../errors.js";
import { pixelsOf } from "../../bitmap.js";

/** In the place of the library's decoder: the browser's. It says nothing of what is wrong with a file. */
export async function openDecoder(): Promise<Decoder> {
  return { strict: decode, lenient: async (path) => ({ picture: await decode(path) }) };
}

async function decode(path: string): Promise<Picture> {
  const bytes = Uint8Array.from(readFileSync(path));
  const bitmap = await createImageBitmap(new Blob([bytes]), { premultiplyAlpha: "none" }).catch((cause) => {
    throw new UserError(
      `Could not decode the image ${path}: this browser finds no picture in it. Replace it or remove it.`,
      { cause },
    );
  });
  return pixelsOf(bitmap);
}
