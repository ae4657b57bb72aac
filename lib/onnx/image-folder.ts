import { join } from "node:path";
import { type Decoder, openDecoder, type Picture } from "../datasets/decode.js";
import { imagesBelow, isFolder } from "../datasets/entries.js";
import { imageFormats } from "../datasets/image-names.js";
import { LeftOut } from "../datasets/left-out.js";
import { UserError } from "../errors.js";
import { type ImageOptions, ModelImages } from "./images.js";
import type { ModelInput } from "./model.js";

/** The images below a folder. Throws `UserError` where there is none, or none that the model takes. */
export function imagesInFolder(folder: string, input: ModelInput, options: ImageOptions): ModelImages {
  if (!isFolder(folder))
    throw new UserError(`--images ${folder} is no folder. Expected one with ${imageFormats} images.`);
  const paths = imagesBelow(folder, new LeftOut()).map((path) => join(folder, path));
  if (paths.length === 0)
    throw new UserError(`${folder} has no images. Expected ${imageFormats} files in it or below.`);
  let decoder: Promise<Decoder> | undefined;
  let lenient: Promise<unknown> = Promise.resolve();
  /** What decodes without a warning is decoded several at a time; the rest one at a time, as the decoder wants it. */
  const read = async (path: string): Promise<Picture> => {
    decoder ??= openDecoder();
    const { strict, lenient: decode } = await decoder;
    return strict(path).catch(() => {
      const next = lenient.then(() => decode(path));
      lenient = next.catch(() => {});
      return next.then(({ picture }) => picture);
    });
  };
  const sources = paths.map((name) => ({ name, read: () => read(name) }));
  return ModelImages.of(sources, input, options);
}
