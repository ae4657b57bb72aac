/** What the library uses of Node's `crypto`: hashes at once, which the browser's own gives later only. */
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";

const algorithms = { sha256, sha1, md5 };

class Hash {
  readonly #hash;

  constructor(algorithm: keyof typeof algorithms) {
    this.#hash = algorithms[algorithm].create();
  }

  update(data: string | Uint8Array): this {
    this.#hash.update(typeof data === "string" ? new TextEncoder().encode(data) : Uint8Array.from(data));
    return this;
  }

  digest(encoding?: BufferEncoding): string | Buffer {
    const bytes = Buffer.from(this.#hash.digest());
    return encoding === undefined ? bytes : bytes.toString(encoding);
  }
}

export const createHash = (algorithm: keyof typeof algorithms): Hash => new Hash(algorithm);

export const randomBytes = (length: number): Buffer =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(length)));

export const randomUUID = (): string => crypto.randomUUID();
