const prefix = "#cells=";

const mostCharacters = 500_000;

/** The changed cells as the fragment of an address, compressed. */
export async function fragmentOf(changed: ReadonlyMap<number, string>): Promise<string> {
  const text = JSON.stringify(Object.fromEntries(changed));
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return `${prefix}${btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** The cells that an address carries; undefined where it carries none. Throws where they cannot be read. */
export async function cellsIn(fragment: string): Promise<Map<number, string> | undefined> {
  if (!fragment.startsWith(prefix)) return undefined;
  try {
    const letters = atob(fragment.slice(prefix.length).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const text = await new Response(stream).text();
    if (text.length > mostCharacters) throw new Error("it is too long");
    const cells = Object.entries(JSON.parse(text) as Record<string, unknown>);
    if (cells.some(([number, code]) => !/^\d+$/.test(number) || typeof code !== "string"))
      throw new Error("it holds something else");
    return new Map(cells.map(([number, code]) => [Number(number), code as string]));
  } catch {
    throw new Error(
      "The changed cells that this link carries cannot be read: it was cut off or altered. Ask for it again.",
    );
  }
}
