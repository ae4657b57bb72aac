import type { DiskListing } from "./disk.js";

/** Fetches and unpacks a listing of files. Throws where the site lacks it. */
export async function fetchListing(address: URL): Promise<DiskListing> {
  const response = await fetch(address).catch(() => undefined);
  if (!response?.ok) throw new Error(`${address} is missing. Build the site again with npm run paper.`);
  const packed = await response.blob();
  // Some hosts say of such a file that it is compressed, and the browser has unpacked it then.
  const [first, second] = new Uint8Array(await packed.slice(0, 2).arrayBuffer());
  const isPacked = first === 0x1f && second === 0x8b;
  const stream = isPacked ? packed.stream().pipeThrough(new DecompressionStream("gzip")) : packed.stream();
  return (await new Response(stream).json()) as DiskListing;
}
