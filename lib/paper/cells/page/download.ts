import { html } from "../../../live/page/dom.js";

/** Hands bytes to the reader as a file. */
export function download(name: string, bytes: Uint8Array<ArrayBuffer>, type: string): void {
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  html("a", { href: address, download: name }).click();
  // A browser that asks where to put it has begun reading by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
