/** What the library uses of Node's `util`. */
export { format, inspect } from "node-inspect-extracted";
export const promisify = (f: unknown): unknown => f;
export const TextDecoder = globalThis.TextDecoder;
export const TextEncoder = globalThis.TextEncoder;
