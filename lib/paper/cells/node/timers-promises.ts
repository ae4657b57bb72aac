/** What the library uses of Node's `timers/promises`. */
export const setTimeout = <Value>(milliseconds: number, value?: Value): Promise<Value | undefined> =>
  new Promise((resolve) => globalThis.setTimeout(() => resolve(value), milliseconds));

/** A message to itself comes at once; a timer would wait some milliseconds. */
export function setImmediate<Value>(value?: Value): Promise<Value | undefined> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve(value);
    };
    port2.postMessage(undefined);
  });
}
