import { brotliCompressSync, brotliDecompressSync, gunzipSync } from "node:zlib";
import type { Compressors } from "hyparquet";

/** How the columns of a table are compressed. A page has no such functions, and others in their place. */
export const tableCompression = {
  codec: "BROTLI",
  compressors: { BROTLI: (bytes: Uint8Array) => brotliCompressSync(bytes) },
} as const;

/** What undoes it. */
export const compressors: Compressors = {
  GZIP: (input) => gunzipSync(input),
  BROTLI: (input) => brotliDecompressSync(input),
};
