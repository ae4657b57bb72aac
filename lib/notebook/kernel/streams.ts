export type StreamName = "stdout" | "stderr";

/**
 * Gathers what a cell prints and passes it on once per turn of the event loop: a loop that prints a thousand
 * lines is one message, which keeps below Jupyter's message rate limit.
 */
export class StreamBuffer {
  #name: StreamName = "stdout";
  #text = "";
  #scheduled = false;
  readonly #send: (name: StreamName, text: string) => void;

  constructor(send: (name: StreamName, text: string) => void) {
    this.#send = send;
  }

  write(name: StreamName, text: string): void {
    if (name !== this.#name) this.flush();
    this.#name = name;
    this.#text += text;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  /** Sends what was gathered, before any other message of the cell so that the order is kept. */
  flush(): void {
    const text = this.#text;
    this.#text = "";
    if (text) this.#send(this.#name, text);
  }

  /** Sends the process's own output here from now on. */
  capture(): void {
    for (const name of ["stdout", "stderr"] as const) {
      const decoder = new TextDecoder();
      process[name].write = (
        chunk: string | Uint8Array,
        encoding?: BufferEncoding | ((error?: Error | null) => void),
        callback?: (error?: Error | null) => void,
      ): boolean => {
        this.write(name, typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
        const done = typeof encoding === "function" ? encoding : callback;
        if (done) queueMicrotask(() => done());
        return true;
      };
    }
  }
}
