/** What the library uses of Node's `url`. */
export const fileURLToPath = (address: string | URL): string => decodeURIComponent(new URL(address).pathname);
export const pathToFileURL = (path: string): URL => new URL(`file://${encodeURI(path)}`);
export const URL = globalThis.URL;
