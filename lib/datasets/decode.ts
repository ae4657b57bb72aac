import { readFileSync } from "node:fs";
import { messageOf, UserError } from "../errors.js";

/** No photograph is larger; a damaged header may say so. */
const mostPixels = 1 << 28;

/** A decoded image: RGB, upright, [height, width, 3], uint8. */
export interface Picture {
  data: Uint8Array;
  width: number;
  height: number;
}

export interface Decoder {
  /**
   * Throws `UserError` for anything that is not as it should be. Calls may run at once, and then take each other's
   * messages.
   */
  strict(path: string): Promise<Picture>;
  /**
   * Decodes, with a warning, what other programs show too: a JPEG with some bytes too many between two of its parts.
   * Throws `UserError` for a file that is cut short, lacks pixels, or has no readable picture. One call at a time: the
   * decoder has one place for messages.
   */
  lenient(path: string): Promise<{ picture: Picture; warning?: string }>;
}

/** Loads the decoder only where it is needed: it costs 0.1 s and a native library. */
export async function openDecoder(): Promise<Decoder> {
  const { default: sharp } = await import("sharp");
  const pixels = async (path: string, failOn: "warning" | "error"): Promise<Picture> => {
    // Small files: reading them here costs a quarter less than letting the decoder open each.
    const bytes = readFileSync(path);
    const image = sharp(bytes, { limitInputPixels: mostPixels, failOn }).autoOrient();
    if (/\.tiff?$/i.test(path)) refuseFractions(await image.metadata());
    const raw = image.removeAlpha().toColourspace("srgb").raw({ depth: "uchar" });
    const { data, info } = await raw.toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  };
  const unreadable = (path: string) => (cause: unknown) => {
    const reason = `Could not decode the image ${path}: ${messageOf(cause)}.`;
    throw new UserError(`${reason} Replace it or remove it.`, { cause });
  };
  return {
    strict: (path) => pixels(path, "warning").catch(unreadable(path)),
    async lenient(path) {
      try {
        return { picture: await pixels(path, "warning") };
      } catch (error) {
        const warning = messageOf(error);
        // Missing pixels are only a warning to the decoder where the file has a proper end.
        if (/premature end/i.test(warning)) return unreadable(path)(error);
        return { picture: await pixels(path, "error").catch(unreadable(path)), warning };
      }
    },
  };
}

/** TIFF may hold numbers of any range, whose white nobody knows. */
function refuseFractions({ depth }: { depth: string }): void {
  if (depth !== "uchar" && depth !== "ushort")
    throw new Error(`its pixels are numbers of kind "${depth}", expected 8 or 16 bits each`);
}
